// What an API object takes from its users: attribute by attribute, as Neutron's attribute maps have it. One table of attributes
// gives the checks, their messages, the defaults, the rules to ask, and the types of what comes out.

/** Converts and checks a given value; throws Neutron's 400. `name` is the attribute's. */
export type Reader<T> = (value: unknown, name: string) => T

export type Attribute<T> = {
  readonly read: Reader<T>
  readonly post: boolean
  readonly put: boolean
  /** What a POST that does not name it gets; null: it must name it. */
  readonly initial: (() => T) | null
  /** Naming it (with another value than the initial one) asks a rule of its own: `create_network:shared`. */
  readonly guarded: boolean
  /** Keys of a dictionary that ask rules of their own too: `create_router:external_gateway_info:enable_snat`. */
  readonly guardedKeys: readonly string[]
}

export type Attributes = { readonly [name: string]: Attribute<unknown> }

type ValueOf<A> = A extends Attribute<infer T> ? T : never

/** A new object: every attribute has its value. */
export type Created<A extends Attributes> = { readonly [K in keyof A]: ValueOf<A[K]> }

/** What an update names. */
export type Changes<A extends Attributes> = { readonly [K in keyof A]?: ValueOf<A[K]> }

/** A kind of API object. */
export type Resource<A extends Attributes> = {
  readonly name: string
  readonly collection: string
  readonly attributes: A
  /** Attributes that are shown and never taken. */
  readonly readOnly: readonly string[]
}

type Options = {
  readonly put?: boolean
  readonly post?: boolean
  readonly guarded?: boolean
  readonly guardedKeys?: readonly string[]
}

function make<T>(read: Reader<T>, initial: (() => T) | null, options: Options): Attribute<T> {
  const { post = true, put = true, guarded = false, guardedKeys = [] } = options
  return { read, initial, post, put, guarded, guardedKeys }
}

/** An attribute that a POST must name. */
export const required = <T>(read: Reader<T>, options: Options = {}): Attribute<T> => make(read, null, options)

/** An attribute with a default. */
export const defaulted = <T>(read: Reader<T>, initial: T, options: Options = {}): Attribute<T> =>
  make(read, () => initial, options)

/** An attribute that may be left out, with a meaning of its own. */
export const optional = <T>(read: Reader<T>, options: Options = {}): Attribute<T | undefined> =>
  make<T | undefined>(read, () => undefined, options)
