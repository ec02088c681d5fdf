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

const details = (version: ReturnType<typeof current>) => {
  const { links, ...rest } = version
  return {
    version: {
      id: rest.id,
      links: [...links, { href: 'http://docs.openstack.org/', rel: 'describedby', type: 'text/html' }],
      'media-types': [
        { base: 'application/json', type: `application/vnd.openstack.compute+json;version=${rest.id.slice(1)}` },
      ],
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
  route({ method: 'GET', path: '/v2', status: 200, policy: null, open: true, handle: (ctx) => details(frozen(ctx)) }),
  route({
    method: 'GET',
    path: '/v2.1',
    status: 200,
    policy: null,
    open: true,
    handle: (ctx) => details(current(ctx)),
  }),
  route({
    method: 'GET',
    path: '/versions',
    status: 300,
    policy: null,
    open: true,
    handle: (ctx) => reply({ status: 300, body: { choices: [frozen(ctx), current(ctx)] } }),
  }),
]

/**
 * The frozen API is the base version under another name, and a project may stand in the path, as it had to before 2.18.
 * The bare `/v2` stays: it has a document of its own.
 */
export const rewriteUrl = (url: string): string =>
  url.replace(/^\/v2(\.1)?\/[0-9a-f]{32}(?=\/|\?|$)/, '/v2.1').replace(/^\/v2(?=\/[^/?])/, '/v2.1')
