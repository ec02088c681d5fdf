import { type Static, Type } from 'typebox'
import { since } from '#platform/http/schema-version.ts'
import { paging } from '../parameters.ts'

export const listActions = Type.Object(
  {
    ...paging,
    'changes-since': Type.Optional(Type.String({ format: 'date-time', ...since(58) })),
    'changes-before': Type.Optional(Type.String({ format: 'date-time', ...since(66) })),
  },
  { additionalProperties: true },
)
export type ListActions = Static<typeof listActions>
