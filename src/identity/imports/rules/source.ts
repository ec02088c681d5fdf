// What a Keystone database holds (keystone/common/sql/migrations), as far as it is read here, and how its columns are read.

import { type Attributes, isAttributes } from '../../attributes.ts'

/** A row of Keystone's, as its database or a dump of it gives it. */
export type SourceRow = Readonly<Record<string, string | number | null>>

/** Rows by table. */
export type SourceTables = ReadonlyMap<string, readonly SourceRow[]>

/** Without these it is no Keystone, or one older than the split of users (before Ocata). */
export const REQUIRED_TABLES = ['project', 'user', 'local_user', 'password', 'role', 'assignment'] as const

/** Tables that are brought over. */
export const READ_TABLES: ReadonlySet<string> = new Set([
  ...REQUIRED_TABLES,
  'project_tag',
  'project_option',
  'user_option',
  'nonlocal_user',
  'federated_user',
  'group',
  'user_group_membership',
  'role_option',
  'implied_role',
  'system_assignment',
  'region',
  'service',
  'endpoint',
  'endpoint_group',
  'project_endpoint',
  'project_endpoint_group',
  'policy',
  'policy_association',
  'registered_limit',
  'limit',
  'access_rule',
  'application_credential',
  'application_credential_role',
  'application_credential_access_rule',
  'trust',
  'trust_role',
  'credential',
  'consumer',
  'access_token',
  'revocation_event',
  'whitelisted_config',
  'sensitive_config',
  'id_mapping',
  'identity_provider',
  'idp_remote_ids',
  'federation_protocol',
  'mapping',
  'service_provider',
])

/** Tables with rows that have no place here: the operator is told how many there are. */
export const LEFT_TABLES: ReadonlySet<string> = new Set(['request_token', 'expiring_user_group_membership'])

export const rowsOf = (tables: SourceTables, name: string): readonly SourceRow[] => tables.get(name) ?? []

/** Text of a column; empty where there is none. */
export const text = (row: SourceRow, column: string): string => String(row[column] ?? '')

export const textOrNull = (row: SourceRow, column: string): string | null => {
  const value = row[column]
  return value === null || value === undefined ? null : String(value)
}

export const flag = (row: SourceRow, column: string, absent: boolean): 0 | 1 => {
  const value = row[column]
  if (value === null || value === undefined) return absent ? 1 : 0
  return Number(value) === 0 ? 0 : 1
}

export const whole = (row: SourceRow, column: string): number | null => {
  const value = row[column]
  const number = value === null || value === undefined ? Number.NaN : Number(value)
  return Number.isSafeInteger(number) ? number : null
}

/** A DATETIME or DATE, which Keystone writes in UTC, as milliseconds since 1970. */
export function moment(row: SourceRow, column: string): number | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?)?$/.exec(text(row, column))
  if (!match) return null
  const [, day = '', time = '00:00:00', fraction = ''] = match
  const ms = Date.parse(`${day}T${time}Z`)
  return Number.isNaN(ms) ? null : ms + Number(fraction.padEnd(3, '0').slice(0, 3))
}

/** Microseconds since 1970: a whole number in one column, or in older databases a DATETIME in another. */
export function micros(row: SourceRow, column: string, older?: string): number | null {
  const exact = whole(row, column)
  if (exact !== null) return exact
  const ms = older === undefined ? null : moment(row, older)
  return ms === null ? null : ms * 1000
}

/** An object in JSON; empty where there is none. */
export function attributes(row: SourceRow, column: string): Attributes {
  const value = json(text(row, column))
  return isAttributes(value) ? value : {}
}

export function json(given: string): unknown {
  try {
    const value: unknown = JSON.parse(given)
    return value
  } catch {
    return undefined
  }
}

/** Rows of a table by the text of a column. */
export const grouped = (rows: readonly SourceRow[], column: string): Map<string, SourceRow[]> =>
  Map.groupBy(rows, (row) => text(row, column))
