import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { name } from '../parameters.ts'

const text = Type.String({ maxLength: 255 })
/** POST /os-security-groups and PUT /os-security-groups/{id}. */
export const securityGroup = Type.Object(
  { security_group: Type.Object({ name: text, description: nullable(text) }, { additionalProperties: false }) },
  { additionalProperties: false },
)

const port = Type.Optional(
  Type.Union([Type.Integer(), Type.String({ pattern: '^-?[0-9]+$', maxLength: 6 }), Type.Null()]),
)
/** POST /os-security-group-rules. */
export const securityGroupRule = Type.Object(
  {
    security_group_rule: Type.Object(
      {
        parent_group_id: Type.String({ maxLength: 255 }),
        ip_protocol: Type.Optional(nullable(Type.String({ maxLength: 40 }))),
        from_port: port,
        to_port: port,
        cidr: Type.Optional(nullable(Type.String({ maxLength: 64 }))),
        group_id: Type.Optional(nullable(Type.String({ maxLength: 255 }))),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
/** The body of addSecurityGroup and removeSecurityGroup. */
export const groupOfServer = Type.Object({ name }, { additionalProperties: true })

export type NewRule = Static<typeof securityGroupRule>['security_group_rule']
