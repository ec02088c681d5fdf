import { type Static, Type } from 'typebox'
import { closed, idString, longName, nullableText, open, openUpdate, sortDirection } from '../fragments.ts'

const properties = { description: Type.Optional(nullableText), domain_id: Type.Optional(idString) }

export const createGroup = Type.Object({ group: Type.Object({ ...properties, name: longName }, open) }, closed)
export const updateGroup = Type.Object(
  {
    group: Type.Object({ ...properties, name: Type.Optional(longName) }, openUpdate),
  },
  closed,
)
export const listGroups = Type.Object(
  { name: Type.Optional(longName), domain_id: Type.Optional(idString), sort_dir: sortDirection },
  open,
)

const group = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    domain_id: Type.String(),
    description: nullableText,
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const groupReply = Type.Object({ group })
export const groupsReply = Type.Object({ groups: Type.Array(group), links: Type.Object({}, open) }, open)

export type CreateGroup = Static<typeof createGroup>['group']
export type UpdateGroup = Static<typeof updateGroup>['group']
