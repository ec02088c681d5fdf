import { route } from '#platform/http/route.ts'
import type { ImageStore } from '../drivers/driver.ts'
import type { Stores } from '../data/stores.ts'
import type { Limits } from '../limits/operations.ts'
import { versionsDocument } from '../versions.ts'

/** Versions and discovery: https://docs.openstack.org/api-ref/image/v2/#api-versions and #image-service-info-discovery */
export const infoRoutes = (stores: Stores, limits: Limits, hasCache: boolean) => [
  ...(['GET', 'HEAD'] as const).map((method) =>
    route({
      method,
      path: '/versions',
      open: true,
      status: 200,
      policy: null,
      handle: (ctx) => versionsDocument(ctx.baseUrl, hasCache),
    }),
  ),
  route({
    method: 'GET',
    path: '/v2/info/import',
    status: 200,
    policy: null,
    handle: () => ({
      'import-methods': {
        description: 'Import methods available.',
        type: 'array',
        value: stores.importMethods,
      },
    }),
  }),
  route({
    method: 'GET',
    path: '/v2/info/stores',
    status: 200,
    policy: null,
    handle: () => ({ stores: stores.all().map((store) => viewStore(stores, store)) }),
  }),
  route({
    method: 'GET',
    path: '/v2/info/stores/detail',
    status: 200,
    policy: 'stores_info_detail',
    handle: () => ({
      stores: stores.all().map((store) => ({
        ...viewStore(stores, store),
        type: store.type,
        properties: store.properties,
        weight: store.weight,
      })),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2/info/usage',
    status: 200,
    policy: null,
    handle: async (ctx) => {
      const uses = await limits.usage(ctx)
      return { usage: Object.fromEntries(uses.map(({ name, usage, limit }) => [name, { usage, limit }])) }
    },
  }),
]

const viewStore = ({ mainId }: Stores, { id, description, isReadOnly }: ImageStore) => ({
  id,
  ...(description === '' ? {} : { description }),
  ...(id === mainId ? { default: 'true' } : {}),
  ...(isReadOnly ? { 'read-only': 'true' } : {}),
})
