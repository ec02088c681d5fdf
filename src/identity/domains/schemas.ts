import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { closed, flag, idString, immutableOption, open, shortDescription, shortName } from '../fragments.ts'

const properties = {
  description: Type.Optional(shortDescription),
  enabled: Type.Optional(flag),
  options: Type.Optional(immutableOption),
  tags: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 255, pattern: '^[^,/]*$' }), { maxItems: 80, uniqueItems: true }),
  ),
}

export const createDomain = Type.Object(
  { domain: Type.Object({ ...properties, name: shortName, explicit_domain_id: Type.Optional(idString) }, open) },
  closed,
)
export const updateDomain = Type.Object(
  {
    domain: Type.Object(
      { ...properties, name: Type.Optional(shortName) },
      { additionalProperties: true, minProperties: 1 },
    ),
  },
  closed,
)
export const listDomains = Type.Object({ name: Type.Optional(shortName), enabled: Type.Optional(flag) }, open)

const domain = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: nullable(Type.String()),
    enabled: Type.Boolean(),
    tags: Type.Array(Type.String()),
    options: Type.Object({}, open),
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const domainReply = Type.Object({ domain })
export const domainsReply = Type.Object({ domains: Type.Array(domain), links: Type.Object({}, open) }, open)

export type CreateDomain = Static<typeof createDomain>['domain']
export type UpdateDomain = Static<typeof updateDomain>['domain']
