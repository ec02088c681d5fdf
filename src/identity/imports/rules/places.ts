import type { Planned, PlannedRow } from './plan.ts'
import {
  attributes,
  flag,
  grouped,
  json,
  rowsOf,
  type SourceRow,
  type SourceTables,
  text,
  textOrNull,
} from './source.ts'

/** The row of Keystone's that stands above all domains, and what names it. */
export const ROOT = '<<keystone.domain.root>>'
/** Domain of a role that has none. */
const NO_DOMAIN = '<<null>>'

/** Options are kept under codes of four letters (keystone/common/resource_options). */
const OPTIONS: Readonly<Record<string, string>> = {
  IMMU: 'immutable',
  1000: 'ignore_change_password_upon_first_use',
  1001: 'ignore_password_expiry',
  1002: 'ignore_lockout_failure_attempts',
  1003: 'lock_password',
  1004: 'ignore_user_inactivity',
  MFAR: 'multi_factor_auth_rules',
  MFAE: 'multi_factor_auth_enabled',
}

/** The options of a resource, as JSON. */
export function optionsJson(rows: readonly SourceRow[] | undefined): string {
  const options = (rows ?? []).flatMap((row) => {
    const name = OPTIONS[text(row, 'option_id')]
    const value = json(text(row, 'option_value'))
    return name === undefined || value === undefined || value === null ? [] : [[name, value] as const]
  })
  return JSON.stringify(Object.fromEntries(options))
}

/** Domains and projects, parents before their children; roles and what they imply. */
export function planPlaces(tables: SourceTables): Planned[] {
  const options = grouped(rowsOf(tables, 'project_option'), 'project_id')
  const projects = rowsOf(tables, 'project')
    .filter((row) => text(row, 'id') !== ROOT)
    .map((row) => projectRow(row, optionsJson(options.get(text(row, 'id')))))
  const roleOptions = grouped(rowsOf(tables, 'role_option'), 'role_id')
  return [
    {
      kind: 'projects',
      table: 'identity_projects',
      key: ['id'],
      unique: ['domain_id', 'name'],
      named: 'projects',
      refs: { domain_id: 'projects', parent_id: 'projects' },
      rows: topDown(projects),
    },
    {
      kind: 'tags',
      table: 'identity_project_tags',
      key: ['project_id', 'name'],
      refs: { project_id: 'projects' },
      rows: rowsOf(tables, 'project_tag').map((row) => ({
        project_id: text(row, 'project_id'),
        name: text(row, 'name'),
      })),
    },
    {
      kind: 'roles',
      table: 'identity_roles',
      key: ['id'],
      unique: ['domain_id', 'name'],
      named: 'roles',
      refs: { domain_id: 'projects' },
      rows: rowsOf(tables, 'role').map((row) => ({
        id: text(row, 'id'),
        domain_id: text(row, 'domain_id') === NO_DOMAIN ? '' : text(row, 'domain_id'),
        name: text(row, 'name'),
        description: textOrNull(row, 'description'),
        options: optionsJson(roleOptions.get(text(row, 'id'))),
        extra: JSON.stringify(attributes(row, 'extra')),
      })),
    },
    {
      kind: 'implied_roles',
      table: 'identity_implied_roles',
      key: ['prior_role_id', 'implied_role_id'],
      refs: { prior_role_id: 'roles', implied_role_id: 'roles' },
      rows: rowsOf(tables, 'implied_role').map((row) => ({
        prior_role_id: text(row, 'prior_role_id'),
        implied_role_id: text(row, 'implied_role_id'),
      })),
    },
  ]
}

function projectRow(row: SourceRow, options: string): PlannedRow {
  const isDomain = flag(row, 'is_domain', false)
  return {
    id: text(row, 'id'),
    domain_id: isDomain === 1 ? '' : text(row, 'domain_id'),
    name: text(row, 'name'),
    description: textOrNull(row, 'description'),
    enabled: flag(row, 'enabled', true),
    parent_id: isDomain === 1 ? null : (textOrNull(row, 'parent_id') ?? text(row, 'domain_id')),
    is_domain: isDomain,
    options,
    extra: JSON.stringify(attributes(row, 'extra')),
  }
}

/** Each after its parent, so that a parent that another project stands for is known by then. */
function topDown(rows: readonly PlannedRow[]): PlannedRow[] {
  const known = new Set(rows.map(({ id }) => id))
  const below = Map.groupBy(rows, ({ parent_id }) => (known.has(parent_id ?? '') ? parent_id : null))
  const ordered: PlannedRow[] = []
  let level = below.get(null) ?? []
  while (level.length > 0) {
    ordered.push(...level)
    level = level.flatMap(({ id }) => below.get(id ?? null) ?? [])
  }
  return ordered
}
