import { route } from '#platform/http/route.ts'

const versionOf = (baseUrl: string) => ({
  id: 'v2.0',
  status: 'CURRENT',
  links: [{ rel: 'self', href: `${baseUrl}/v2.0/` }],
})

const RESOURCES: readonly (readonly [name: string, path: string])[] = [
  ['subnet', 'subnets'],
  ['subnetpool', 'subnetpools'],
  ['network', 'networks'],
  ['port', 'ports'],
]

/** Discovery, which needs no token. Source: neutron/api/versions.py, neutron/pecan_wsgi/controllers/root.py. */
export const versionRoutes = [
  route({
    method: 'GET',
    path: '/',
    status: 200,
    policy: null,
    open: true,
    handle: (ctx) => ({ versions: [versionOf(ctx.baseUrl)] }),
  }),
  route({
    method: 'GET',
    path: '/v2.0',
    status: 200,
    policy: null,
    open: true,
    handle: (ctx) => ({
      resources: RESOURCES.map(([name, path]) => ({
        name,
        collection: path,
        links: [{ rel: 'self', href: `${ctx.baseUrl}/v2.0/${path}` }],
      })),
    }),
  }),
]
