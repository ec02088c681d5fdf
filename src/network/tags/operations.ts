// Tags of the objects that have them. Each kind is found, and its rules are asked, as for any other change of it.
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isDict, shown } from '../attributes/readers.ts'
import { floatingIpTarget, findVisible } from '../floatingips/operations/get.ts'
import { httpBadRequest, invalidInput, neutronError, policyNotAuthorized, resourceNotFound } from '../errors.ts'
import { getNetwork, networkTarget } from '../networks/operations/get.ts'
import { getPort } from '../ports/operations/get.ts'
import { findNetworks } from '../networks/store.ts'
import { portTarget } from '../ports/operations/create.ts'
import { getRouter, routerTarget } from '../routers/operations/get.ts'
import { getSecurityGroup } from '../security-groups/operations.ts'
import { getSubnet, subnetTarget } from '../subnets/operations/get.ts'
import { getSubnetPool } from '../subnetpools/operations.ts'
import { textList } from '../visibility.ts'
import { setTags } from './store.ts'

const MAX_TAG_LENGTH = 255
const MAX_TAGS = 50

type Found = { readonly tags: string; readonly target: Readonly<Record<string, unknown>> }

type Taggable = {
  readonly table: string
  /** As rules name it: `update_network:tags`. */
  readonly name: string
  readonly find: (ctx: Ctx, id: string) => Promise<Found>
}

const owned = (row: { readonly project_id: string }) => ({ project_id: row.project_id, tenant_id: row.project_id })

/** Collections whose objects have tags. */
export const TAGGABLE = {
  networks: {
    table: 'network_networks',
    name: 'network',
    find: async (ctx, id) => {
      const row = await getNetwork(ctx, id)
      return { tags: row.tags, target: networkTarget(row) }
    },
  },
  subnets: {
    table: 'network_subnets',
    name: 'subnet',
    find: async (ctx, id) => {
      const row = await getSubnet(ctx, id)
      return { tags: row.tags, target: subnetTarget(row) }
    },
  },
  ports: {
    table: 'network_ports',
    name: 'port',
    find: async (ctx, id) => {
      const row = await getPort(ctx, id)
      const [network] = await findNetworks(ctx, [row.network_id])
      return { tags: row.tags, target: network === undefined ? owned(row) : portTarget(row, network) }
    },
  },
  routers: {
    table: 'network_routers',
    name: 'router',
    find: async (ctx, id) => {
      const row = await getRouter(ctx, id)
      return { tags: row.tags, target: routerTarget(row) }
    },
  },
  floatingips: {
    table: 'network_floatingips',
    name: 'floatingip',
    find: async (ctx, id) => {
      const row = await findVisible(ctx, id)
      return { tags: row.tags, target: floatingIpTarget(row) }
    },
  },
  subnetpools: {
    table: 'network_subnetpools',
    name: 'subnetpool',
    find: async (ctx, id) => {
      const row = await getSubnetPool(ctx, id)
      return { tags: row.tags, target: { ...owned(row), shared: row.shared === 1 } }
    },
  },
  'security-groups': {
    table: 'network_security_groups',
    name: 'security_group',
    find: async (ctx, id) => {
      const { row } = await getSecurityGroup(ctx, id)
      return { tags: row.tags, target: owned(row) }
    },
  },
} as const satisfies { readonly [collection: string]: Taggable }

export type TaggableCollection = keyof typeof TAGGABLE

export const TAGGABLE_COLLECTIONS: readonly TaggableCollection[] = [
  'networks',
  'subnets',
  'ports',
  'routers',
  'floatingips',
  'subnetpools',
  'security-groups',
]

export async function listTags(ctx: Ctx, collection: TaggableCollection, id: string): Promise<string[]> {
  const { find, name } = TAGGABLE[collection]
  const { tags, target } = await find(ctx, id)
  if (!ctx.can(`get_${name}:tags`, target)) throw resourceNotFound()
  return textList(tags)
}

/** @throws notFound where the object does not have the tag */
export async function getTag(ctx: Ctx, collection: TaggableCollection, id: string, tag: string): Promise<void> {
  if (!(await listTags(ctx, collection, id)).includes(tag)) throw tagNotFound(tag)
}

const tagNotFound = (tag: string): Error => neutronError('notFound', 'TagNotFound', `Tag ${tag} could not be found.`)

function checkTag(tag: unknown): string {
  if (typeof tag !== 'string') throw invalidInput(`'${shown(tag)}' is not a valid string`)
  if (tag.length > MAX_TAG_LENGTH) throw invalidInput(`'${tag}' exceeds maximum length of ${MAX_TAG_LENGTH}`)
  return tag
}

/** The tags of a PUT, `{"tags": […]}`. */
export function readTags(body: unknown): string[] {
  if (!isDict(body) || body.tags === undefined) throw invalidInput('Invalid tags body')
  const given = body.tags
  if (!Array.isArray(given)) throw invalidInput(`'${shown(given)}' is not a list`)
  return [...new Set(given.map(checkTag))]
}

/** Changes an object's tags; `change` gets those it has. */
export function changeTags(
  ctx: Ctx,
  collection: TaggableCollection,
  id: string,
  action: 'update' | 'delete',
  change: (tags: readonly string[]) => readonly string[],
): Promise<string[]> {
  const { find, name, table } = TAGGABLE[collection]
  return inTransaction(ctx, async (tx) => {
    const { tags, target } = await find(tx, id)
    const rule = `${action}_${name}:tags`
    if (!ctx.can(rule, target)) throw policyNotAuthorized(`rule:${rule}`)
    const changed = [...change(textList(tags))]
    if (changed.length > MAX_TAGS)
      throw httpBadRequest(`The number of tags exceed the per-resource limit of ${MAX_TAGS}`)
    await setTags(tx, table, id, changed)
    return changed
  })
}

export const addTag = (tag: string) => (tags: readonly string[]) => [
  ...tags.filter((each) => each !== tag),
  checkTag(tag),
]

/** @throws notFound where the tag is not there */
export const removeTag = (tag: string) => (tags: readonly string[]) => {
  if (!tags.includes(tag)) throw tagNotFound(tag)
  return tags.filter((each) => each !== tag)
}
