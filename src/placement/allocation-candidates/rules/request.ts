/** What one group of a candidate search asks for; groups are told apart by the suffix of their query keys. */
export type RequestGroup = {
  /** Suffixed groups must be satisfied by one provider; the unsuffixed one by a tree and those sharing with it. */
  readonly useSameProvider: boolean
  /** Amounts by resource class, in the order asked. */
  readonly resources: ReadonlyMap<string, number>
  /** All of these, each satisfied by any trait of the set. */
  readonly requiredTraits: readonly ReadonlySet<string>[]
  readonly forbiddenTraits: ReadonlySet<string>
  /** Membership in all of these, each satisfied by any aggregate of the set. */
  readonly memberOf: readonly ReadonlySet<string>[]
  readonly forbiddenAggregates: ReadonlySet<string>
  /** Any provider of the tree that must satisfy the group. */
  readonly inTree: string | undefined
}

/** The whole of a search; `groups` keeps the order of the query. */
export type CandidateRequest = {
  readonly groups: ReadonlyMap<string, RequestGroup>
  readonly groupPolicy: 'none' | 'isolate' | undefined
  readonly limit: number | undefined
  readonly rootRequired: ReadonlySet<string>
  readonly rootForbidden: ReadonlySet<string>
  /** Sets of suffixes whose providers must all descend from one of them. */
  readonly sameSubtrees: readonly ReadonlySet<string>[]
}

/** Codes of a bad query, as clients read them in the `code` of an error. */
export const QUERY_DUPLICATE_KEY = 'placement.query.duplicate_key'
export const QUERY_BAD_VALUE = 'placement.query.bad_value'
export const QUERY_MISSING_VALUE = 'placement.query.missing_value'

/** A query that Placement answers with 400; `code` is undefined where it gives none of its own. */
export class QueryError extends Error {
  readonly code: string | undefined

  constructor(message: string, code?: string) {
    super(message)
    this.code = code
  }
}
