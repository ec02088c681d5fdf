import { type Static, Type } from 'typebox'
import { open, openUpdate } from '../fragments.ts'

const blob = Type.String()
const type = Type.String({ maxLength: 255 })

export const createPolicy = Type.Object({ policy: Type.Object({ blob, type }, open) })
export const updatePolicy = Type.Object({
  policy: Type.Object({ blob: Type.Optional(blob), type: Type.Optional(type) }, openUpdate),
})

export type CreatePolicy = Static<typeof createPolicy>['policy']
export type UpdatePolicy = Static<typeof updatePolicy>['policy']
