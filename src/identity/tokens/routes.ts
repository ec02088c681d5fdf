import { renderedJson, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { queryFlag } from '../attributes.ts'
import { lastOf, type ListQuery } from '../lists.ts'
import { viewReceipt } from '../receipts/view.ts'
import { authenticate } from './operations/authenticate.ts'
import { checkToken, revokeToken } from './operations/check.ts'
import type { Logins } from './operations/methods.ts'
import { bodyOf } from './operations/render.ts'
import { issueToken } from './schemas.ts'

const expired = (query: ListQuery): boolean => {
  const value = lastOf(query['allow_expired'])
  return value !== undefined && value !== '' && queryFlag(value)
}
const catalogWanted = (query: ListQuery): boolean => query['nocatalog'] === undefined

/** Keystone's tokens: https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
export const tokenRoutes = (logins: Logins) => [
  route({
    method: 'POST',
    path: '/v3/auth/tokens',
    status: 201,
    policy: null,
    open: true,
    body: issueToken,
    handle: async (ctx, { body, query, headers, rawQuery }) => {
      const { authorization } = headers
      const receipt = lastOf(headers['openstack-auth-receipt'])
      const answer = await authenticate(ctx, logins, body.auth, { authorization, rawQuery, receipt })
      if ('required' in answer) {
        return reply({ status: 401, headers: { 'openstack-auth-receipt': answer.id }, body: viewReceipt(answer) })
      }
      const { token, entry } = answer
      return renderedJson(bodyOf(entry, catalogWanted(query)), { 'x-subject-token': token })
    },
  }),
  // Before GET, which would otherwise answer HEAD as well.
  route({
    method: 'HEAD',
    path: '/v3/auth/tokens',
    status: 200,
    policy: 'identity:check_token',
    handle: async (ctx, { headers, query }) => {
      const subject = headers['x-subject-token']
      await checkToken(ctx, logins.tokens, 'identity:check_token', subject, expired(query))
      return reply({ headers: { 'x-subject-token': String(subject) } })
    },
  }),
  route({
    method: 'GET',
    path: '/v3/auth/tokens',
    status: 200,
    policy: 'identity:validate_token',
    handle: async (ctx, { headers, query }) => {
      const subject = headers['x-subject-token']
      const entry = await checkToken(ctx, logins.tokens, 'identity:validate_token', subject, expired(query))
      return renderedJson(bodyOf(entry, catalogWanted(query)), { 'x-subject-token': String(subject) })
    },
  }),
  route({
    method: 'DELETE',
    path: '/v3/auth/tokens',
    status: 204,
    policy: 'identity:revoke_token',
    handle: (ctx, { headers }) => revokeToken(ctx, logins.tokens, headers['x-subject-token']),
  }),
]
