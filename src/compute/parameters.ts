// Value types that Nova's schemas share. Source: nova/api/validation/parameter_types.py.
import { type TSchema, Type } from 'typebox'
import { nullable } from '#platform/http/nullable.ts'

/** One of some texts. */
export const oneOf = <const T extends readonly string[]>(...texts: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: texts })

/** Printable, without blanks at either end. Nova has a format for it, with words of its own (errors.ts). */
export const namePattern = '^(?![\\s\\p{C}])[^\\p{C}]*(?<![\\s\\p{C}])$'
export const name = Type.String({ minLength: 1, maxLength: 255, pattern: namePattern })

export const description = nullable(Type.String({ maxLength: 255, pattern: '^[^\\p{C}]*$' }))

const truths = ['True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes']
const lies = ['False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']

/** Names of keys, until 2.91 and from 2.92 on. */
export const oldKeyNamePattern = '^(?! )[-_ a-zA-Z0-9]+(?<! )$'
export const keyNamePattern = '^(?! )[-_@. a-zA-Z0-9]+(?<! )$'

/** Booleans in all the spellings Nova takes. */
export const boolean = Type.Unsafe<boolean | string>({
  type: ['boolean', 'string'],
  enum: [true, ...truths, false, ...lies],
})

/** What a spelled boolean means; anything unknown is false. */
export const isTrue = (value: boolean | string | undefined): boolean =>
  value === true || (typeof value === 'string' && truths.includes(value))

/** Whole numbers that may come as text. */
export const positiveInteger = Type.Union([
  Type.Integer({ minimum: 1, maximum: 0x7fffffff }),
  Type.String({ pattern: '^[0-9]*[1-9][0-9]*$', maxLength: 10 }),
])
export const nonNegativeInteger = Type.Union([
  Type.Integer({ minimum: 0, maximum: 0x7fffffff }),
  Type.String({ pattern: '^[0-9]+$', maxLength: 10 }),
])

export const uuid = Type.String({ format: 'uuid' })

/** Metadata of servers and images: keys of 255 characters, values of 255. */
export const metadata = Type.Record(
  Type.String({ pattern: '^[a-zA-Z0-9-_:. ]{1,255}$' }),
  Type.String({ maxLength: 255 }),
  { additionalProperties: false },
)

/** One tag of a server. */
export const tag = Type.String({ minLength: 1, maxLength: 60, pattern: '^[^,/]*$' })

export const hostname = Type.String({ minLength: 2, maxLength: 63, pattern: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$' })
export const fqdn = Type.String({ minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-._]*$' })
export const diskConfig = oneOf('AUTO', 'MANUAL')

/** `limit`, `marker` and sorting of every list. */
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
  marker: Type.Optional(Type.String({ maxLength: 255 })),
}
/** A parameter that may be given several times. */
export const repeated = <T extends TSchema>(schema: T) => Type.Optional(Type.Array(schema, { maxItems: 50 }))

/** Largest page, whatever limit is asked for. */
export const maxPage = 1000
