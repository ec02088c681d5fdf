import { type Static, Type } from 'typebox'
import { marked, since, until } from '#platform/http/schema-version.ts'
import { keyNamePattern, oldKeyNamePattern, oneOf, paging } from '../parameters.ts'

const userId = Type.String({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$', ...since(10) })

/** POST /os-keypairs. From 2.92 on keys are made by their owner and only imported here. */
export const createKeypair = Type.Object(
  {
    keypair: Type.Object(
      {
        name: Type.Union([
          Type.String({ minLength: 1, maxLength: 255, pattern: oldKeyNamePattern, ...until(91) }),
          Type.String({ minLength: 1, maxLength: 255, pattern: keyNamePattern, ...since(92) }),
        ]),
        public_key: Type.Optional(Type.String({ maxLength: 16_384 })),
        type: Type.Optional(marked(oneOf('ssh', 'x509'), since(2))),
        user_id: Type.Optional(userId),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/** The owner of the keys: administrators may name another user. */
export const keypairOwner = Type.Object({ user_id: Type.Optional(userId) }, { additionalProperties: true })
export const listKeypairs = Type.Object({ ...paging, user_id: Type.Optional(userId) }, { additionalProperties: true })

export type CreateKeypair = Static<typeof createKeypair>['keypair']
export type ListKeypairs = Static<typeof listKeypairs>
