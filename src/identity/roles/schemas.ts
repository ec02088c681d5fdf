import { type Static, Type } from 'typebox'
import {
  closed,
  idString,
  immutableOption,
  longName,
  nullableId,
  nullableText,
  open,
  openUpdate,
  shortDescription,
} from '../fragments.ts'

const properties = {
  description: Type.Optional(shortDescription),
  domain_id: Type.Optional(nullableId),
  options: Type.Optional(immutableOption),
}

export const createRole = Type.Object({ role: Type.Object({ ...properties, name: longName }, open) }, closed)
export const updateRole = Type.Object(
  {
    role: Type.Object({ ...properties, name: Type.Optional(longName) }, openUpdate),
  },
  closed,
)
export const listRoles = Type.Object({ name: Type.Optional(longName), domain_id: Type.Optional(idString) }, open)

const links = Type.Object({ self: Type.String() })
const role = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    domain_id: nullableText,
    description: nullableText,
    options: Type.Object({}, open),
    links,
  },
  open,
)
export const roleReply = Type.Object({ role })
export const rolesReply = Type.Object({ roles: Type.Array(role), links: Type.Object({}, open) }, open)
const ref = Type.Object({ id: Type.String(), name: Type.String(), links })
export const inferenceReply = Type.Object(
  { role_inference: Type.Object({ prior_role: ref, implies: Type.Union([ref, Type.Array(ref)]) }), links },
  open,
)

export type CreateRole = Static<typeof createRole>['role']
export type UpdateRole = Static<typeof updateRole>['role']
