import { type Static, Type } from 'typebox'

/** A location as a patch gives it. */
export const newLocation = Type.Object({
  url: Type.String({ maxLength: 255 }),
  metadata: Type.Record(Type.String(), Type.Unknown()),
  validation_data: Type.Optional(
    Type.Object(
      {
        checksum: Type.Optional(Type.String({ minLength: 32, maxLength: 32 })),
        os_hash_algo: Type.String({ maxLength: 64 }),
        os_hash_value: Type.String({ maxLength: 128 }),
      },
      { additionalProperties: false },
    ),
  ),
})

export type NewLocation = Static<typeof newLocation>

/** `locations` of a patch. */
export const newLocations = Type.Array(newLocation)

/** POST /v2/images/{id}/locations */
export const addLocation = Type.Object({
  url: Type.String({ maxLength: 4096 }),
  validation_data: Type.Optional(
    Type.Object(
      {
        os_hash_algo: Type.Optional(
          Type.Unsafe<'sha1' | 'sha256' | 'sha512' | 'md5'>({
            type: 'string',
            maxLength: 64,
            enum: ['sha1', 'sha256', 'sha512', 'md5'],
          }),
        ),
        os_hash_value: Type.Optional(Type.String({ maxLength: 128 })),
      },
      { additionalProperties: false },
    ),
  ),
})

export type AddLocation = Static<typeof addLocation>
