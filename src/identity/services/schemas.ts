import { type Static, Type } from 'typebox'
import { open, openUpdate } from '../fragments.ts'

const properties = {
  enabled: Type.Optional(Type.Boolean()),
  name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
}
const type = Type.String({ minLength: 1, maxLength: 255 })

export const createService = Type.Object({ service: Type.Object({ ...properties, type }, open) })
export const updateService = Type.Object({
  service: Type.Object({ ...properties, type: Type.Optional(type) }, openUpdate),
})

const service = Type.Object(
  {
    id: Type.String(),
    type: Type.String(),
    name: Type.String(),
    enabled: Type.Boolean(),
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const serviceReply = Type.Object({ service })
export const servicesReply = Type.Object({ services: Type.Array(service), links: Type.Object({}, open) }, open)

export type CreateService = Static<typeof createService>['service']
export type UpdateService = Static<typeof updateService>['service']
