import { type Static, type TSchema, Type } from 'typebox'

/** The value or null, as Python's schemas write it: a list of types, so that a violation is worded as theirs. */
export const nullable = <T extends TSchema & { readonly type: string }>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] })
