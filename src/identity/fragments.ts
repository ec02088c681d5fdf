// Pieces that more than one request schema of Keystone is made of (keystone/api/validation/parameter_types.py).

import { Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'

/** A name of up to 255 letters, not all of them blanks. */
export const longName = Type.String({ minLength: 1, maxLength: 255, pattern: '[\\S]+' })
/** Projects and domains have shorter ones. */
export const shortName = Type.String({ minLength: 1, maxLength: 64, pattern: '[\\S]+' })

const id = { minLength: 1, maxLength: 64, pattern: '^[a-zA-Z0-9-]+$' } as const
export const idString = Type.String(id)
export const nullableId = nullable(Type.String(id))
export const nullableText = nullable(Type.String())
/** Descriptions that are bounded; those of users, groups and projects are not. */
export const shortDescription = nullable(Type.String({ maxLength: 255 }))
/** Repeated in bodies of what has another id: kept nowhere, but of this type. */
export const anyId = Type.Optional(Type.String())

/** Booleans in the many spellings that Keystone takes. */
export const flag = Type.Unsafe<boolean | string | null>({
  type: ['boolean', 'string', 'null'],
  enum: [
    true,
    'True',
    'TRUE',
    'true',
    false,
    'False',
    'FALSE',
    'false',
    '',
    '1',
    '0',
    'y',
    'Y',
    'n',
    'N',
    'on',
    'ON',
    'off',
    'OFF',
    'yes',
    'no',
  ],
})

/** The direction of a list, which goes by ids whatever is asked. */
export const sortDirection = Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['asc', 'desc'] }))

/** Options of projects, domains and roles. */
export const immutableOption = Type.Object(
  { immutable: Type.Optional(nullable(Type.Boolean())) },
  { additionalProperties: false },
)

/** An object that may have any further attributes, which are kept. */
export const open = { additionalProperties: true } as const
/** At least one attribute, as PATCH wants it. */
export const openUpdate = { additionalProperties: true, minProperties: 1 } as const
/** The wrapper around a resource: nothing beside it. */
export const closed = { additionalProperties: false } as const
