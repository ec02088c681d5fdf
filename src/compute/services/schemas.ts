import { Type } from 'typebox'

export const listServices = Type.Object(
  { host: Type.Optional(Type.String()), binary: Type.Optional(Type.String()) },
  { additionalProperties: true },
)

/** PUT /os-services/{service_id}, since 2.53. */
export const updateService = Type.Object(
  {
    status: Type.Optional(Type.Union([Type.Literal('enabled'), Type.Literal('disabled')])),
    disabled_reason: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    forced_down: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)

/** PUT /os-services/enable and friends, until 2.52. */
export const updateServiceByName = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 255 }),
    binary: Type.String({ minLength: 1, maxLength: 255 }),
    disabled_reason: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    forced_down: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
