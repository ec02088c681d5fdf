import type { Planned } from './plan.ts'
import { flag, rowsOf, type SourceTables, text, textOrNull, whole } from './source.ts'

/** Identity providers with what hangs on them, and what they call users. */
export function planFederation(tables: SourceTables): Planned[] {
  const here = new Set([...rowsOf(tables, 'local_user').map((row) => text(row, 'user_id')), ...shadowsIn(tables)])
  const plain = { refs: {} } as const
  return [
    {
      kind: 'identity_providers',
      table: 'identity_identity_providers',
      key: ['id'],
      refs: { domain_id: 'projects' },
      rows: rowsOf(tables, 'identity_provider').map((row) => ({
        id: text(row, 'id'),
        domain_id: text(row, 'domain_id'),
        enabled: flag(row, 'enabled', false),
        description: textOrNull(row, 'description'),
        authorization_ttl: whole(row, 'authorization_ttl'),
      })),
    },
    {
      ...plain,
      kind: 'identity_providers',
      table: 'identity_remote_ids',
      key: ['remote_id'],
      rows: rowsOf(tables, 'idp_remote_ids').map((row) => ({
        remote_id: text(row, 'remote_id'),
        idp_id: text(row, 'idp_id'),
      })),
    },
    {
      ...plain,
      kind: 'mappings',
      table: 'identity_mappings',
      key: ['id'],
      rows: rowsOf(tables, 'mapping').map((row) => ({
        id: text(row, 'id'),
        rules: text(row, 'rules'),
        schema_version: textOrNull(row, 'schema_version') || '1.0',
      })),
    },
    {
      ...plain,
      kind: 'protocols',
      table: 'identity_protocols',
      key: ['idp_id', 'id'],
      rows: rowsOf(tables, 'federation_protocol').map((row) => ({
        idp_id: text(row, 'idp_id'),
        id: text(row, 'id'),
        mapping_id: text(row, 'mapping_id'),
        remote_id_attribute: textOrNull(row, 'remote_id_attribute'),
      })),
    },
    {
      ...plain,
      kind: 'service_providers',
      table: 'identity_service_providers',
      key: ['id'],
      rows: rowsOf(tables, 'service_provider').map((row) => ({
        id: text(row, 'id'),
        enabled: flag(row, 'enabled', false),
        description: textOrNull(row, 'description'),
        auth_url: text(row, 'auth_url'),
        sp_url: text(row, 'sp_url'),
        relay_state_prefix: text(row, 'relay_state_prefix'),
      })),
    },
    {
      kind: 'federated_users',
      table: 'identity_federated_users',
      key: ['idp_id', 'protocol_id', 'unique_id'],
      refs: { user_id: 'users' },
      rows: rowsOf(tables, 'federated_user')
        .filter((row) => here.has(text(row, 'user_id')))
        .map((row) => ({
          idp_id: text(row, 'idp_id'),
          protocol_id: text(row, 'protocol_id'),
          unique_id: text(row, 'unique_id'),
          user_id: text(row, 'user_id'),
          display_name: text(row, 'display_name'),
        })),
    },
  ]
}

/** Users that identity providers alone know. */
export function shadowsIn(tables: SourceTables): ReadonlySet<string> {
  const others = new Set(
    [...rowsOf(tables, 'local_user'), ...rowsOf(tables, 'nonlocal_user')].map((row) => text(row, 'user_id')),
  )
  return new Set(
    rowsOf(tables, 'federated_user')
      .map((row) => text(row, 'user_id'))
      .filter((id) => !others.has(id)),
  )
}
