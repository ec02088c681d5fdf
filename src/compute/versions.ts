import type { Ctx } from '#platform/context.ts'
import type { Microversions } from '#platform/http/microversion.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'

/** Nova's microversions: 2.1 to 2.104. */
export const computeVersions: Microversions = {
  name: 'compute',
  major: 2,
  min: 1,
  max: 104,
  legacyHeader: 'X-OpenStack-Nova-API-Version',
}

/** The frozen API of before: the same calls under /v2, without microversions. */
const frozen = (ctx: Ctx) => ({
  id: 'v2.0',
  links: [{ href: `${ctx.baseUrl}/v2/`, rel: 'self' }],
  status: 'DEPRECATED',
  version: '',
  min_version: '',
  updated: '2025-07-04T12:00:00Z',
})

const current = (ctx: Ctx) => ({
  id: 'v2.1',
  links: [{ href: `${ctx.baseUrl}/v2.1/`, rel: 'self' }],
  status: 'CURRENT',
  version: '2.104',
  min_version: '2.1',
  updated: '2013-07-23T11:33:21Z',
})

const details = (ctx: Ctx) => {
  const { links, ...rest } = current(ctx)
  return {
    version: {
      id: rest.id,
      links: [...links, { href: 'http://docs.openstack.org/', rel: 'describedby', type: 'text/html' }],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
      status: rest.status,
      version: rest.version,
      min_version: rest.min_version,
      updated: rest.updated,
    },
  }
}

/** Version documents. */
export const versionRoutes = [
  route({
    method: 'GET',
    path: '/',
    status: 200,
    policy: null,
    open: true,
    handle: (ctx) => ({ versions: [frozen(ctx), current(ctx)] }),
  }),
  route({ method: 'GET', path: '/v2.1', status: 200, policy: null, open: true, handle: details }),
  route({
    method: 'GET',
    path: '/versions',
    status: 300,
    policy: null,
    open: true,
    handle: (ctx) => reply({ status: 300, body: { choices: [frozen(ctx), current(ctx)] } }),
  }),
]
