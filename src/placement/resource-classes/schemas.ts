import { type Static, Type } from 'typebox'
import { since, until } from '#platform/http/schema-version.ts'
import { CUSTOM_PATTERN, strict } from '../schemas.ts'

const name = Type.String({ pattern: CUSTOM_PATTERN, maxLength: 255 })

export const createResourceClass = Type.Object({ name }, strict)

/** A new name at first; from 1.7 on the call has no body and only makes sure that the class exists. */
export const putResourceClass = Type.Union([Type.Object({ name }, { ...strict, ...until(6) }), Type.Unknown(since(7))])

const resourceClass = Type.Object(
  { name: Type.String(), links: Type.Array(Type.Object({ rel: Type.String(), href: Type.String() }, strict)) },
  strict,
)
export const resourceClassReply = resourceClass
export const resourceClassesReply = Type.Object({ resource_classes: Type.Array(resourceClass) }, strict)

export type CreateResourceClass = Static<typeof createResourceClass>
