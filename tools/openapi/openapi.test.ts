import { expect, it } from 'vitest'
import { contractOf } from '../../src/platform/testing/contract.ts'
import { withServices } from '../gen/services.ts'

/** `/v3/users/{user_id}` and `/v3/users/:user_id` are the same. */
const shapeOf = (path: string): string => path.replaceAll(/\{[^}]+\}|:\w+/g, '*').replace(/(.)\/$/, '$1')

/** What is published, and Keystone itself answers with 404 or 405. */
const absent = new Set([
  'GET /v3/auth/OS-FEDERATION/saml2',
  'GET /v3/auth/OS-FEDERATION/saml2/ecp',
  'GET /v3/OS-OAUTH1/access_token',
  'GET /v3/OS-OAUTH1/request_token',
  'GET /v3/OS-OAUTH2/token',
  'PUT /v3/OS-OAUTH2/token',
  'PATCH /v3/OS-OAUTH2/token',
  'DELETE /v3/OS-OAUTH2/token',
  'GET /v3/ec2tokens',
  'GET /v3/s3tokens',
  'DELETE /v3/users/*/tokens',
])

it.each(['identity', 'image'])('every operation that OpenStack publishes of %s has a route', (type) =>
  withServices((services) => {
    const routes = services.find(({ api }) => api.type === type)?.api.routes ?? []
    const ours = new Set(routes.map(({ method, path }) => `${method} ${shapeOf(path)}`))
    // Every GET answers HEAD too.
    const missing = (contractOf(type)?.operations ?? [])
      .map(({ method, path }) => `${method === 'HEAD' ? 'GET' : method} ${shapeOf(path)}`)
      .filter((operation) => !ours.has(operation) && !absent.has(operation))
    expect([...new Set(missing)]).toEqual([])
  }),
)
