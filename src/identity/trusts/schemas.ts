import { type Static, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'
import { closed, idString, longName, nullableText, open } from '../fragments.ts'

const count = (minimum: number) => Type.Optional(Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum }))

export const createTrust = Type.Object(
  {
    trust: Type.Object(
      {
        trustor_user_id: Type.String(),
        trustee_user_id: Type.String(),
        impersonation: Type.Boolean(),
        project_id: Type.Optional(nullableText),
        remaining_uses: count(1),
        expires_at: Type.Optional(nullableText),
        allow_redelegation: Type.Optional(nullable(Type.Boolean())),
        redelegation_count: count(0),
        roles: Type.Optional(
          Type.Array(
            Type.Object(
              { id: Type.Optional(idString), name: Type.Optional(longName) },
              { minProperties: 1, maxProperties: 1, additionalProperties: false },
            ),
          ),
        ),
      },
      open,
    ),
  },
  closed,
)

export type CreateTrust = Static<typeof createTrust>['trust']
