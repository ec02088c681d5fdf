import { route } from '#platform/http/route.ts'
import { versionText } from '#platform/http/microversion.ts'
import { answer } from './answer.ts'
import { placementVersions } from './versions.ts'

/** Discovery: https://docs.openstack.org/api-ref/placement/#list-versions */
export const rootRoutes = [
  route({
    method: 'GET',
    path: '/',
    open: true,
    status: 200,
    policy: null,
    handle: (ctx) => {
      const min = versionText(placementVersions, placementVersions.min)
      const version = {
        id: `v${min}`,
        max_version: versionText(placementVersions, placementVersions.max),
        min_version: min,
        status: 'CURRENT',
        links: [{ rel: 'self', href: '' }],
      }
      return answer(ctx, { versions: [version] })
    },
  }),
]
