import { type Static, Type } from 'typebox'
import { until } from '#platform/http/schema-version.ts'
import { boolean } from '../parameters.ts'

const limit = Type.Union([
  Type.Integer({ minimum: -1, maximum: 0x7fffffff }),
  Type.String({ pattern: '^-?[0-9]+$', maxLength: 11 }),
])
const optional = Type.Optional(limit)
/** What went with nova-network in 2.36, and with injected files in 2.57. */
const network = Type.Optional(
  Type.Union([Type.Integer({ minimum: -1 }), Type.String({ pattern: '^-?[0-9]+$' })], until(35)),
)
const injected = Type.Optional(
  Type.Union([Type.Integer({ minimum: -1 }), Type.String({ pattern: '^-?[0-9]+$' })], until(56)),
)

const limits = {
  instances: optional,
  cores: optional,
  ram: optional,
  metadata_items: optional,
  key_pairs: optional,
  server_groups: optional,
  server_group_members: optional,
  injected_files: injected,
  injected_file_content_bytes: injected,
  injected_file_path_bytes: injected,
  fixed_ips: network,
  floating_ips: network,
  security_groups: network,
  security_group_rules: network,
}

/** PUT /os-quota-sets/{project}. */
export const updateQuotas = Type.Object(
  { quota_set: Type.Object({ ...limits, force: Type.Optional(boolean) }, { additionalProperties: false }) },
  { additionalProperties: false },
)
/** PUT /os-quota-class-sets/{class}. */
export const updateQuotaClass = Type.Object(
  { quota_class_set: Type.Object(limits, { additionalProperties: false }) },
  { additionalProperties: false },
)
export const ofUser = Type.Object({ user_id: Type.Optional(Type.String()) }, { additionalProperties: true })
export const ofTenant = Type.Object({ tenant_id: Type.Optional(Type.String()) }, { additionalProperties: true })

export type QuotaChanges = Static<typeof updateQuotas>['quota_set']
