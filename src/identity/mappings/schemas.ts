import { type Static, Type } from 'typebox'
import { closed, open } from '../fragments.ts'

/** PUT and PATCH /v3/OS-FEDERATION/mappings/{mapping_id}: what is in the mapping, `grammar.ts` checks by its version. */
export const mappingBody = Type.Object({
  mapping: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
})

const mapping = Type.Object(
  {
    id: Type.String(),
    rules: Type.Array(Type.Object({}, open)),
    schema_version: Type.String(),
    links: Type.Object({ self: Type.String() }),
  },
  closed,
)
export const mappingReply = Type.Object({ mapping }, closed)
export const mappingsReply = Type.Object({ mappings: Type.Array(mapping), links: Type.Object({}, open) })

export type MappingBody = NonNullable<Static<typeof mappingBody>['mapping']>
