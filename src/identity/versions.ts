import type { Ctx } from '#platform/context.ts'
import { gone } from '#platform/errors.ts'
import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { homeHeaders, homeOfRoot, homeOfV3, wantsHome } from './json-home/view.ts'

const version = (ctx: Ctx) => ({
  id: 'v3.14',
  status: 'stable',
  updated: '2020-04-07T00:00:00Z',
  links: [{ rel: 'self', href: `${ctx.baseUrl}/v3/` }],
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
})

/** Version discovery (keystone/api/discovery.py): one version, and `300 Multiple Choices` for it all the same. */
export const versionRoutes = [
  route({
    method: 'GET',
    path: '/',
    status: 300,
    policy: null,
    open: true,
    handle: (ctx, { headers }) =>
      wantsHome(headers.accept)
        ? reply({ status: 200, headers: homeHeaders, body: homeOfRoot })
        : reply({ headers: { location: `${ctx.baseUrl}/v3/` }, body: { versions: { values: [version(ctx)] } } }),
  }),
  route({
    method: 'GET',
    path: '/v3',
    status: 200,
    policy: null,
    open: true,
    handle: (ctx, { headers }) =>
      wantsHome(headers.accept) ? reply({ headers: homeHeaders, body: homeOfV3 }) : { version: version(ctx) },
  }),
]

const withPki = 'This API is no longer available due to the removal of support for PKI tokens.'
const gonePages = [
  ['/v3/OS-SIMPLE-CERT/ca', withPki],
  ['/v3/OS-SIMPLE-CERT/certificates', withPki],
  ['/v3/auth/tokens/OS-PKI/revoked', 'The service you have requested is no longer available on this server.'],
] as const

/** What Keystone no longer has, and says so. */
export const goneRoutes = gonePages.map(([path, message]) =>
  route({
    method: 'GET',
    path,
    status: 410,
    policy: null,
    open: true,
    handle: () => {
      throw gone(message)
    },
  }),
)
