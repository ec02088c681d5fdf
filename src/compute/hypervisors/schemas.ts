import { type Static, Type } from 'typebox'
import { marked, since } from '#platform/http/schema-version.ts'
import { boolean, paging } from '../parameters.ts'

const pattern = Type.String({ minLength: 1, maxLength: 255, ...since(53) })

export const listHypervisors = Type.Object(
  {
    ...paging,
    hypervisor_hostname_pattern: Type.Optional(pattern),
    with_servers: Type.Optional(marked(boolean, since(53))),
  },
  { additionalProperties: true },
)

export const showHypervisor = Type.Object(
  { with_servers: Type.Optional(marked(boolean, since(53))) },
  { additionalProperties: true },
)

export type ListHypervisors = Static<typeof listHypervisors>
