import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { anyId, closed, idString, longName, nullableText, open, openUpdate } from '../fragments.ts'

const rule = {
  path: Type.String({ minLength: 0, maxLength: 225, pattern: '^/.*' }),
  service: idString,
  method: Type.Unsafe<string>({ type: 'string', enum: ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] }),
}
/** A rule of the user by its id, or a whole one. */
const givenRule = Type.Object(
  {
    id: Type.Optional(idString),
    path: Type.Optional(rule.path),
    service: Type.Optional(rule.service),
    method: Type.Optional(rule.method),
  },
  open,
)

export const createApplicationCredential = Type.Object(
  {
    application_credential: Type.Object(
      {
        name: longName,
        description: Type.Optional(nullableText),
        expires_at: Type.Optional(nullableText),
        secret: Type.Optional(nullableText),
        unrestricted: Type.Optional(nullable(Type.Boolean())),
        roles: Type.Optional(
          Type.Array(Type.Object({ id: Type.Optional(idString), name: Type.Optional(longName) }, openUpdate)),
        ),
        access_rules: Type.Optional(Type.Array(givenRule)),
        id: anyId,
        project_id: anyId,
      },
      closed,
    ),
  },
  closed,
)

export type CreateApplicationCredential = Static<typeof createApplicationCredential>['application_credential']
export type GivenRule = Static<typeof givenRule>
