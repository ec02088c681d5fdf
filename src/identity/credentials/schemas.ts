import { type Static, Type } from 'typebox'
import { anyId, nullableText, open, openUpdate } from '../fragments.ts'

const blob = Type.String()
const type = Type.String({ maxLength: 255 })
const userId = Type.String({ maxLength: 64 })

export const createCredential = Type.Object(
  {
    credential: Type.Object({ blob, type, id: anyId, user_id: userId, project_id: Type.Optional(nullableText) }, open),
  },
  open,
)
export const updateCredential = Type.Object(
  {
    credential: Type.Object(
      {
        blob: Type.Optional(blob),
        type: Type.Optional(type),
        user_id: Type.Optional(userId),
        project_id: Type.Optional(nullableText),
      },
      openUpdate,
    ),
  },
  open,
)
/** POST /v3/users/{user_id}/credentials/OS-EC2 */
export const createEc2Credential = Type.Object({ tenant_id: Type.String() }, open)

export type CreateCredential = Static<typeof createCredential>['credential']
export type UpdateCredential = Static<typeof updateCredential>['credential']
