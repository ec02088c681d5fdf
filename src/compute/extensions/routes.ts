import { notFound } from '#platform/errors.ts'
import { route } from '#platform/http/route.ts'
import { EXTENSIONS } from './rules.ts'

/** What Nova says of every extension since there are no extensions any more. */
const COMMON = {
  namespace: 'http://docs.openstack.org/compute/ext/fake_xml',
  updated: '2014-12-03T00:00:00Z',
  links: [],
}

/** `ServerUsage` is about server usage. */
const about = (name: string): string => {
  const words = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

const view = ([alias, name]: (typeof EXTENSIONS)[number]) => ({ alias, name, description: about(name), ...COMMON })

/** https://docs.openstack.org/api-ref/compute/#extensions-extensions-deprecated */
export const extensionRoutes = [
  route({
    method: 'GET',
    path: '/v2.1/extensions',
    status: 200,
    policy: 'os_compute_api:extensions',
    handle: () => ({ extensions: EXTENSIONS.map(view) }),
  }),
  route({
    method: 'GET',
    path: '/v2.1/extensions/:alias',
    status: 200,
    policy: 'os_compute_api:extensions',
    handle: (_ctx, { params }) => {
      const found = EXTENSIONS.find(([alias]) => alias === params.alias)
      if (!found) throw notFound('The resource could not be found.')
      return { extension: view(found) }
    },
  }),
]
