import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { closed, flag, idString, longName, nullableText, open, openUpdate, sortDirection } from '../fragments.ts'

const option = Type.Optional(nullable(Type.Boolean()))
const options = Type.Object(
  {
    ignore_change_password_upon_first_use: option,
    ignore_password_expiry: option,
    ignore_lockout_failure_attempts: option,
    lock_password: option,
    ignore_user_inactivity: option,
    multi_factor_auth_enabled: option,
    multi_factor_auth_rules: Type.Optional(
      nullable(Type.Array(Type.Array(Type.String(), { minItems: 1, uniqueItems: true }), { uniqueItems: true })),
    ),
  },
  { additionalProperties: false },
)
const federated = Type.Array(
  Type.Object(
    {
      idp_id: Type.String(),
      protocols: Type.Array(
        Type.Object({ protocol_id: Type.String(), unique_id: Type.String({ maxLength: 255 }) }, open),
        { minItems: 1 },
      ),
    },
    open,
  ),
)
const properties = {
  default_project_id: Type.Optional(nullableText),
  description: Type.Optional(nullableText),
  domain_id: Type.Optional(idString),
  enabled: Type.Optional(flag),
  password: Type.Optional(nullableText),
  options: Type.Optional(options),
  federated: Type.Optional(federated),
}

export const createUser = Type.Object({ user: Type.Object({ ...properties, name: longName }, open) }, closed)
export const updateUser = Type.Object(
  {
    user: Type.Object({ ...properties, name: Type.Optional(longName) }, openUpdate),
  },
  closed,
)
export const listUsers = Type.Object(
  {
    name: Type.Optional(longName),
    domain_id: Type.Optional(idString),
    enabled: Type.Optional(flag),
    sort_dir: sortDirection,
  },
  open,
)
/** POST /v3/users/{user_id}/password */
export const changePassword = Type.Object({
  user: Type.Object({ original_password: Type.String(), password: Type.String() }, open),
})

const user = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    domain_id: Type.String(),
    enabled: Type.Boolean(),
    password_expires_at: nullableText,
    options: Type.Object({}, open),
    federated: Type.Optional(federated),
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const userReply = Type.Object({ user })
export const usersReply = Type.Object({ users: Type.Array(user), links: Type.Object({}, open) }, open)

export type CreateUser = Static<typeof createUser>['user']
export type UpdateUser = Static<typeof updateUser>['user']
export type ChangePassword = Static<typeof changePassword>['user']
