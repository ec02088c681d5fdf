import { Type } from 'typebox'

/** What a route says of a body that its operation reads by itself. */
export const anyBody = { body: Type.Unknown(), bodyOptional: true } as const
