import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import type { Forest, View } from '#placement/resource-providers/operations/forest.ts'
import { parseCandidateQuery } from './rules/query.ts'
import { type CandidateRequest, QueryError } from './rules/request.ts'
import { type Candidates, findCandidates, UnknownNameError } from './rules/search.ts'

/** Before this version a candidate never uses two providers of one tree. */
const NESTED = 29

/**
 * The candidates for a query string, and what it asked for.
 * @throws badRequest with the code Placement gives
 */
export const listCandidates = async (
  ctx: Ctx,
  forest: Forest,
  rawQuery: string,
): Promise<{ request: CandidateRequest; candidates: Candidates }> => {
  const request = parseQuery(rawQuery, ctx.version)
  return { request, candidates: search(await forest.view(ctx), request, ctx.version >= NESTED) }
}

const parseQuery = (rawQuery: string, version: number): CandidateRequest => {
  try {
    return parseCandidateQuery([...new URLSearchParams(rawQuery)], version)
  } catch (error) {
    if (!(error instanceof QueryError)) throw error
    throw badRequest(error.message, error.code === undefined ? {} : { code: error.code })
  }
}

/** @throws badRequest for a class or trait that does not exist */
export const search = (
  { index, classes, traits }: View,
  request: CandidateRequest,
  nestedAware: boolean,
): Candidates => {
  const vocabulary = { hasClass: (name: string) => classes.has(name), hasTrait: (name: string) => traits.has(name) }
  try {
    return findCandidates(index, vocabulary, request, { nestedAware })
  } catch (error) {
    if (!(error instanceof UnknownNameError)) throw error
    throw badRequest(
      error.kind === 'trait'
        ? `No such trait(s): ${error.unknown}.`
        : `Invalid resource class in resources parameter: No such resource class ${error.unknown}.`,
    )
  }
}
