import { route } from '#platform/http/route.ts'
import { neutronError } from '../errors.ts'
import { pickFields } from '../listing/listing.ts'
import { fieldsAsked } from '../visibility.ts'
import { EXTENSIONS, type Extension } from './rules.ts'

const view = ({ name, alias, description, updated }: Extension) => ({ name, alias, description, updated, links: [] })

function find(alias: string): Extension {
  const found = EXTENSIONS.find((each) => each.alias === alias)
  if (found !== undefined) return found
  throw neutronError('notFound', 'HTTPNotFound', `Extension with alias ${alias} does not exist`)
}

/** https://docs.openstack.org/api-ref/network/v2/#extensions */
export const extensionRoutes = [
  route({
    method: 'GET',
    path: '/v2.0/extensions',
    status: 200,
    policy: null,
    handle: (_ctx, { rawQuery }) => ({
      extensions: EXTENSIONS.map((each) => pickFields(fieldsAsked(rawQuery), view(each))),
    }),
  }),
  route({
    method: 'GET',
    path: '/v2.0/extensions/:alias',
    status: 200,
    policy: null,
    handle: (_ctx, { params }) => ({ extension: view(find(params.alias)) }),
  }),
]
