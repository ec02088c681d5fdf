import { isoMicros } from '#platform/clock.ts'
import type { RevocationRow } from './store.ts'

const names = [
  ['user_id', 'user_id'],
  ['role_id', 'role_id'],
  ['domain_id', 'domain_id'],
  ['project_id', 'project_id'],
  ['audit_id', 'audit_id'],
  ['audit_chain_id', 'audit_chain_id'],
  ['trust_id', 'OS-TRUST:trust_id'],
  ['consumer_id', 'OS-OAUTH1:consumer_id'],
  ['access_token_id', 'OS-OAUTH1:access_token_id'],
] as const

/** A revocation as the API shows it: only what it names. */
export const viewRevocation = (row: RevocationRow) => ({
  ...Object.fromEntries(names.flatMap(([column, name]) => (row[column] === null ? [] : [[name, row[column]]]))),
  issued_before: isoMicros(row.issued_before),
  revoked_at: isoMicros(row.revoked_at),
})
