import type { Ctx } from '#platform/context.ts'
import { type Reply, reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import type { Forest } from '#placement/resource-providers/operations/forest.ts'
import { answer, latest } from '../answer.ts'
import * as operations from './operations.ts'
import * as schemas from './schemas.ts'

/** Until this version PUT renames, from it on it creates. */
const PUT_CREATES = 7

/** Resource classes: https://docs.openstack.org/api-ref/placement/#resource-classes */
export const resourceClassRoutes = (forest: Forest) => [
  route({
    method: 'GET',
    path: '/resource_classes',
    since: 2,
    status: 200,
    policy: 'placement:resource_classes:list',
    reply: schemas.resourceClassesReply,
    handle: async (ctx) => {
      const classes = await operations.listResourceClasses(ctx, forest)
      const times = [...classes.values()].filter((time) => time > 0)
      return answer(ctx, { resource_classes: [...classes.keys()].map(viewResourceClass) }, latest(times))
    },
  }),
  route({
    method: 'POST',
    path: '/resource_classes',
    since: 2,
    status: 201,
    policy: 'placement:resource_classes:create',
    body: schemas.createResourceClass,
    handle: async (ctx, { body }) => {
      await operations.createResourceClass(ctx, forest, body.name)
      return reply({ headers: { location: `${ctx.baseUrl}${pathOf(body.name)}` } })
    },
  }),
  route({
    method: 'GET',
    path: '/resource_classes/:name',
    since: 2,
    status: 200,
    policy: 'placement:resource_classes:show',
    reply: schemas.resourceClassReply,
    handle: async (ctx, { params }) => {
      const created = await operations.getResourceClass(ctx, forest, params.name)
      return answer(ctx, viewResourceClass(params.name), created === 0 ? {} : { modified: created })
    },
  }),
  route({
    method: 'PUT',
    path: '/resource_classes/:name',
    since: 2,
    status: 204,
    policy: 'placement:resource_classes:update',
    body: schemas.putResourceClass,
    bodyUntil: PUT_CREATES - 1,
    handle: (ctx, { params, body }) => putResourceClass(ctx, forest, params.name, body),
  }),
  route({
    method: 'DELETE',
    path: '/resource_classes/:name',
    since: 2,
    status: 204,
    policy: 'placement:resource_classes:delete',
    handle: (ctx, { params }) => operations.deleteResourceClass(ctx, forest, params.name),
  }),
]

const putResourceClass = async (ctx: Ctx, forest: Forest, name: string, body: unknown): Promise<Reply> => {
  if (ctx.version >= PUT_CREATES) {
    const isNew = await operations.ensureResourceClass(ctx, forest, name)
    return reply({ status: isNew ? 201 : 204, headers: { location: `${ctx.baseUrl}${pathOf(name)}` } })
  }
  const newName = typeof body === 'object' && body !== null && 'name' in body ? String(body.name) : name
  await operations.renameResourceClass(ctx, forest, name, newName)
  return reply({ status: 200, body: viewResourceClass(newName) })
}

const pathOf = (name: string): string => `/resource_classes/${name}`

const viewResourceClass = (name: string) => ({ name, links: [{ rel: 'self', href: pathOf(name) }] })
