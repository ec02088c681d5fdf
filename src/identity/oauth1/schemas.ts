import { type Static, Type } from 'typebox'
import { idString, longName, nullableText, open } from '../fragments.ts'

export const createConsumer = Type.Object({ consumer: Type.Object({ description: Type.Optional(nullableText) }, open) })
/** The secret is the program's for ever: it cannot be changed. */
export const updateConsumer = Type.Object({
  consumer: Type.Object(
    { description: Type.Optional(nullableText) },
    { additionalProperties: true, minProperties: 1, not: { required: ['secret'] } },
  ),
})
export const authorizeToken = Type.Object(
  {
    roles: Type.Array(
      Type.Object(
        { id: Type.Optional(idString), name: Type.Optional(longName) },
        { minProperties: 1, maxProperties: 1, additionalProperties: false },
      ),
    ),
  },
  open,
)

export type CreateConsumer = Static<typeof createConsumer>['consumer']
export type AuthorizeToken = Static<typeof authorizeToken>
