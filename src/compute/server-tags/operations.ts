import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, notFound } from '#platform/errors.ts'
import { checkState } from '../servers/actions/action.ts'
import { getServer } from '../servers/operations/read.ts'
import { updateServer } from '../servers/store/write.ts'
import { tagsOf } from '../servers/view.ts'

/** Tags that a server may have. */
export const maxTags = 50
const states = {
  name: 'update tags',
  vmStates: ['active', 'paused', 'suspended', 'stopped'],
  taskStates: undefined,
} as const

/** Writes what `change` makes of a server's tags. @throws badRequest (too many), conflict (state), notFound */
export const changeTags = (
  ctx: Ctx,
  id: string,
  rule: string,
  change: (old: readonly string[]) => readonly string[],
): Promise<readonly string[]> =>
  inTransaction(ctx, async (tx) => {
    const server = await getServer(tx, id, rule)
    checkState(tx, server, states)
    const tags = [...new Set(change(tagsOf(server)))].sort()
    if (tags.length > maxTags) throw badRequest(`The number of tags exceeded the per-server limit ${maxTags}`)
    await updateServer(tx, id, { tags: JSON.stringify(tags) })
    return tags
  })

/** The server has no such tag. */
export const noTag = (id: string, name: string) => notFound(`Server ${id} has no tag '${name}'`)
