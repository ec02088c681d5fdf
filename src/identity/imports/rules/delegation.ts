import type { Left, Planned, PlannedRow } from './plan.ts'
import {
  attributes,
  flag,
  grouped,
  json,
  micros,
  moment,
  rowsOf,
  type SourceRow,
  type SourceTables,
  text,
  textOrNull,
  whole,
} from './source.ts'

/** Opens an encrypted credential; undefined where no key does. */
export type Decrypt = (blob: string) => string | undefined

/** Application credentials, trusts, OAuth consumers, credentials, and the tokens that were revoked. */
export function planDelegation(
  tables: SourceTables,
  decrypt: Decrypt,
): { readonly planned: Planned[]; readonly left: Left[] } {
  const credentials = planCredentials(tables, decrypt)
  return {
    planned: [
      ...planApplicationCredentials(tables),
      planTrusts(tables),
      ...planConsumers(tables),
      credentials.planned,
      planRevocations(tables),
    ],
    left: [{ what: 'credentials that no given key opens', count: credentials.closed }],
  }
}

function planApplicationCredentials(tables: SourceTables): Planned[] {
  const roles = grouped(rowsOf(tables, 'application_credential_role'), 'application_credential_id')
  const rules = grouped(rowsOf(tables, 'application_credential_access_rule'), 'application_credential_id')
  const ruleIds = new Map(rowsOf(tables, 'access_rule').map((row) => [text(row, 'id'), text(row, 'external_id')]))
  return [
    {
      kind: 'access_rules',
      table: 'identity_access_rules',
      key: ['id'],
      unique: ['user_id', 'service', 'path', 'method'],
      refs: { user_id: 'users' },
      rows: rowsOf(tables, 'access_rule').map((row) => ({
        id: text(row, 'external_id'),
        user_id: text(row, 'user_id'),
        service: text(row, 'service'),
        path: text(row, 'path'),
        method: text(row, 'method'),
      })),
    },
    {
      kind: 'application_credentials',
      table: 'identity_application_credentials',
      key: ['id'],
      unique: ['user_id', 'name'],
      refs: { user_id: 'users', project_id: 'projects', role_ids: 'roles*' },
      rows: rowsOf(tables, 'application_credential').map((row) => {
        const internal = text(row, 'internal_id')
        const used = rules.get(internal)
        return {
          id: text(row, 'id'),
          user_id: text(row, 'user_id'),
          project_id: text(row, 'project_id'),
          name: text(row, 'name'),
          description: textOrNull(row, 'description'),
          secret_hash: text(row, 'secret_hash'),
          expires_at: micros(row, 'expires_at'),
          unrestricted: flag(row, 'unrestricted', false),
          role_ids: idsOf(roles.get(internal), 'role_id'),
          access_rule_ids: used?.map((rule) => ruleIds.get(text(rule, 'access_rule_id')) ?? '').join(',') ?? null,
        }
      }),
    },
  ]
}

const idsOf = (rows: readonly SourceRow[] | undefined, column: string): string =>
  (rows ?? []).map((row) => text(row, column)).join(',')

function planTrusts(tables: SourceTables): Planned {
  const roles = grouped(rowsOf(tables, 'trust_role'), 'trust_id')
  return {
    kind: 'trusts',
    table: 'identity_trusts',
    key: ['id'],
    refs: { trustor_user_id: 'users', trustee_user_id: 'users', project_id: 'projects', role_ids: 'roles*' },
    rows: rowsOf(tables, 'trust').map((row) => ({
      id: text(row, 'id'),
      trustor_user_id: text(row, 'trustor_user_id'),
      trustee_user_id: text(row, 'trustee_user_id'),
      project_id: textOrNull(row, 'project_id') || null,
      impersonation: flag(row, 'impersonation', false),
      expires_at: micros(row, 'expires_at_int', 'expires_at'),
      remaining_uses: whole(row, 'remaining_uses'),
      redelegated_trust_id: textOrNull(row, 'redelegated_trust_id'),
      redelegation_count: whole(row, 'redelegation_count') ?? 0,
      deleted_at: moment(row, 'deleted_at'),
      role_ids: idsOf(roles.get(text(row, 'id')), 'role_id'),
      extra: JSON.stringify(attributes(row, 'extra')),
    })),
  }
}

/** Where access tokens last for ever (`access_token_duration = 0`) they end here when four digits of a year do. */
const NEVER = Date.UTC(9999, 11, 31)

/** OAuth 1.0a. The column `sealed` holds the open secret here. */
const planConsumers = (tables: SourceTables): Planned[] => [
  {
    kind: 'consumers',
    table: 'identity_consumers',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'consumer').map((row) => ({
      id: text(row, 'id'),
      description: textOrNull(row, 'description'),
      sealed: text(row, 'secret'),
      extra: JSON.stringify(attributes(row, 'extra')),
    })),
  },
  {
    kind: 'access_tokens',
    table: 'identity_access_tokens',
    key: ['id'],
    refs: { project_id: 'projects', user_id: 'users', role_ids: 'roles*' },
    rows: rowsOf(tables, 'access_token').map((row) => {
      const roleIds = json(text(row, 'role_ids'))
      const end = Date.parse(text(row, 'expires_at'))
      return {
        id: text(row, 'id'),
        consumer_id: text(row, 'consumer_id'),
        project_id: text(row, 'project_id'),
        sealed: text(row, 'access_secret'),
        user_id: text(row, 'authorizing_user_id'),
        role_ids: Array.isArray(roleIds) ? roleIds.join(',') : '',
        expires_at: Number.isNaN(end) ? NEVER : end,
      }
    }),
  },
]

/** The blob of an EC2 key is JSON of JSON. */
function inner(blob: string): string {
  const value = json(blob)
  return typeof value === 'string' ? value : blob
}

/** The column `sealed` holds the open blob here: it is sealed on its way into the table. */
function planCredentials(
  tables: SourceTables,
  decrypt: Decrypt,
): { readonly planned: Planned; readonly closed: number } {
  const rows: PlannedRow[] = []
  let closed = 0
  for (const row of rowsOf(tables, 'credential')) {
    const blob = decrypt(text(row, 'encrypted_blob'))
    if (blob === undefined) closed += 1
    else {
      rows.push({
        id: text(row, 'id'),
        user_id: text(row, 'user_id'),
        project_id: textOrNull(row, 'project_id'),
        type: text(row, 'type'),
        sealed: text(row, 'type') === 'ec2' ? inner(blob) : blob,
        extra: JSON.stringify(attributes(row, 'extra')),
      })
    }
  }
  const planned: Planned = {
    kind: 'credentials',
    table: 'identity_credentials',
    key: ['id'],
    refs: { user_id: 'users', project_id: 'projects' },
    rows,
  }
  return { planned, closed }
}

/** Tokens that were ended stay ended, should their keys come over as well. */
const planRevocations = (tables: SourceTables): Planned => ({
  kind: 'revocations',
  table: 'identity_revocations',
  key: ['id'],
  refs: { user_id: 'users', project_id: 'projects', domain_id: 'projects', role_id: 'roles' },
  rows: rowsOf(tables, 'revocation_event').map((row) => ({
    id: `keystone-${text(row, 'id')}`,
    user_id: textOrNull(row, 'user_id'),
    project_id: textOrNull(row, 'project_id'),
    domain_id: textOrNull(row, 'domain_id'),
    role_id: textOrNull(row, 'role_id'),
    trust_id: textOrNull(row, 'trust_id'),
    consumer_id: textOrNull(row, 'consumer_id'),
    access_token_id: textOrNull(row, 'access_token_id'),
    audit_id: textOrNull(row, 'audit_id'),
    audit_chain_id: textOrNull(row, 'audit_chain_id'),
    issued_before: moment(row, 'issued_before') ?? 0,
    revoked_at: moment(row, 'revoked_at') ?? 0,
  })),
})
