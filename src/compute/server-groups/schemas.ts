// Source: nova/api/openstack/compute/schemas/server_groups.py.
import { type Static, Type } from 'typebox'
import { since, until } from '#platform/http/schema-version.ts'
import { name, nonNegativeInteger, oneOf, positiveInteger } from '../parameters.ts'

const policy = oneOf('anti-affinity', 'affinity', 'soft-anti-affinity', 'soft-affinity')
const one = { minItems: 1, maxItems: 1, uniqueItems: true }

/** POST /os-server-groups. One policy in a list until 2.63, soft ones since 2.15; from 2.64 on one that may have rules. */
export const createServerGroup = Type.Object(
  {
    server_group: Type.Union([
      Type.Object(
        {
          name,
          policies: Type.Union([
            Type.Array(oneOf('anti-affinity', 'affinity'), { ...one, ...until(14) }),
            Type.Array(policy, { ...one, ...since(15) }),
          ]),
        },
        { additionalProperties: false, ...until(63) },
      ),
      Type.Object(
        {
          name,
          policy,
          rules: Type.Optional(
            Type.Object({ max_server_per_host: Type.Optional(positiveInteger) }, { additionalProperties: false }),
          ),
        },
        { additionalProperties: false, ...since(64) },
      ),
    ]),
  },
  { additionalProperties: false },
)

export const listServerGroups = Type.Object(
  {
    all_projects: Type.Optional(Type.String()),
    limit: Type.Optional(nonNegativeInteger),
    offset: Type.Optional(nonNegativeInteger),
  },
  { additionalProperties: true },
)

export type CreateServerGroup = Static<typeof createServerGroup>['server_group']
export type ListServerGroups = Static<typeof listServerGroups>
