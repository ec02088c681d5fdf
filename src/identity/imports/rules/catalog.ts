import type { Planned } from './plan.ts'
import { attributes, flag, json, rowsOf, type SourceTables, text, textOrNull, whole } from './source.ts'

/** Regions, services, endpoints and who sees which; policies; limits. */
export const planCatalog = (tables: SourceTables): Planned[] => [
  {
    kind: 'regions',
    table: 'identity_regions',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'region').map((row) => ({
      id: text(row, 'id'),
      description: text(row, 'description'),
      parent_region_id: textOrNull(row, 'parent_region_id'),
      extra: JSON.stringify(attributes(row, 'extra')),
    })),
  },
  {
    kind: 'services',
    table: 'identity_services',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'service').map((row) => {
      const { name, ...extra } = attributes(row, 'extra')
      return {
        id: text(row, 'id'),
        type: text(row, 'type'),
        name: typeof name === 'string' ? name : '',
        enabled: flag(row, 'enabled', true),
        extra: JSON.stringify(extra),
      }
    }),
  },
  {
    kind: 'endpoints',
    table: 'identity_endpoints',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'endpoint').map((row) => ({
      id: text(row, 'id'),
      interface: text(row, 'interface'),
      region_id: textOrNull(row, 'region_id'),
      service_id: text(row, 'service_id'),
      url: text(row, 'url'),
      enabled: flag(row, 'enabled', true),
      extra: JSON.stringify(attributes(row, 'extra')),
    })),
  },
  {
    kind: 'endpoint_groups',
    table: 'identity_endpoint_groups',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'endpoint_group').map((row) => ({
      id: text(row, 'id'),
      name: text(row, 'name'),
      description: textOrNull(row, 'description'),
      filters: JSON.stringify(attributes(row, 'filters')),
    })),
  },
  {
    kind: 'project_endpoints',
    table: 'identity_project_endpoints',
    key: ['project_id', 'endpoint_id'],
    refs: { project_id: 'projects' },
    rows: rowsOf(tables, 'project_endpoint').map((row) => ({
      project_id: text(row, 'project_id'),
      endpoint_id: text(row, 'endpoint_id'),
    })),
  },
  {
    kind: 'project_endpoint_groups',
    table: 'identity_project_endpoint_groups',
    key: ['project_id', 'endpoint_group_id'],
    refs: { project_id: 'projects' },
    rows: rowsOf(tables, 'project_endpoint_group').map((row) => ({
      project_id: text(row, 'project_id'),
      endpoint_group_id: text(row, 'endpoint_group_id'),
    })),
  },
  ...planPolicies(tables),
  ...planLimits(tables),
]

const planPolicies = (tables: SourceTables): Planned[] => [
  {
    kind: 'policies',
    table: 'identity_policies',
    key: ['id'],
    refs: {},
    rows: rowsOf(tables, 'policy').map((row) => {
      const blob = json(text(row, 'blob'))
      return {
        id: text(row, 'id'),
        type: text(row, 'type'),
        blob: typeof blob === 'string' ? blob : text(row, 'blob'),
        extra: JSON.stringify(attributes(row, 'extra')),
      }
    }),
  },
  {
    kind: 'policy_associations',
    table: 'identity_policy_associations',
    key: ['endpoint_id', 'service_id', 'region_id'],
    refs: {},
    rows: rowsOf(tables, 'policy_association').map((row) => ({
      policy_id: text(row, 'policy_id'),
      endpoint_id: text(row, 'endpoint_id'),
      service_id: text(row, 'service_id'),
      region_id: text(row, 'region_id'),
    })),
  },
]

const planLimits = (tables: SourceTables): Planned[] => [
  {
    kind: 'registered_limits',
    table: 'identity_registered_limits',
    key: ['id'],
    unique: ['service_id', 'region_id', 'resource_name'],
    refs: {},
    rows: rowsOf(tables, 'registered_limit').map((row) => ({
      id: text(row, 'id'),
      service_id: text(row, 'service_id'),
      region_id: text(row, 'region_id'),
      resource_name: text(row, 'resource_name'),
      default_limit: whole(row, 'default_limit') ?? 0,
      description: textOrNull(row, 'description'),
    })),
  },
  {
    kind: 'limits',
    table: 'identity_limits',
    key: ['id'],
    unique: ['registered_limit_id', 'project_id', 'domain_id'],
    refs: { project_id: 'projects', domain_id: 'projects' },
    rows: rowsOf(tables, 'limit').map((row) => ({
      id: text(row, 'id'),
      registered_limit_id: text(row, 'registered_limit_id'),
      project_id: text(row, 'project_id'),
      domain_id: text(row, 'domain_id'),
      resource_limit: whole(row, 'resource_limit') ?? 0,
      description: textOrNull(row, 'description'),
    })),
  },
]
