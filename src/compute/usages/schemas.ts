import { type Static, Type } from 'typebox'
import { paging } from '../parameters.ts'

/** `start`, `end` and `detailed` are read by hand: of what is repeated there, the first counts. */
export const showUsage = Type.Object(paging, { additionalProperties: true })

export type ShowUsage = Static<typeof showUsage>
