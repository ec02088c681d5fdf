import type { Ctx } from '#platform/context.ts'
import { afterCommit, inTransaction } from '#platform/db/db.ts'
import { CloudError, conflict, forbidden, notFound } from '#platform/errors.ts'
import { IN_USE } from '../../drivers/driver.ts'
import type { StageHosts } from '../../imports/hosts/stage-hosts.ts'
import type { Stores } from '../../data/stores.ts'
import { deleteImage as removeImage, findImage } from '../store/images.ts'
import { enforce, findVisible, isAdmin } from './find.ts'

/** What deleting needs beside the image. */
export type DeleteDeps = { readonly stores: Stores; readonly hosts: StageHosts }

/**
 * Deletes an image and its data. A server that boots from it, or a download, keeps the bytes it has opened.
 * @param token of the caller, for the controller that has staged data
 * @throws notFound, forbidden (protected, policy), conflict (cloned), and whatever that controller says
 */
export const deleteImage = async (
  ctx: Ctx,
  { stores, hosts }: DeleteDeps,
  id: string,
  token: string,
): Promise<void> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Failed to find image ${id} to delete`)
  enforce(ctx, 'delete_image', image)
  const host = hosts.otherOf(image)
  if (host !== undefined && (await deleteThere(ctx, hosts, host, id, token))) return
  if (image.protected === 1) throw forbidden(`Image ${id} is protected and cannot be deleted.`)
  for (const { store, name } of stores.sourcesOf(image)) {
    if (await store.isInUse(name)) throw conflict(`Image ${id} could not be deleted because it is in use: ${IN_USE}`)
  }
  await inTransaction(ctx, async (tx) => {
    // What is stored may have changed since: the row as it goes says where the bytes are.
    const last = await findImage(tx, id)
    if (last === undefined) throw notFound(`Failed to find image ${id} to delete`)
    await removeImage(tx, id)
    afterCommit(tx, () => stores.discard(last))
  })
}

/**
 * Has the controller that has staged data delete the image.
 * @returns false where it does not: the image goes all the same, and what is staged there stays
 */
const deleteThere = async (ctx: Ctx, hosts: StageHosts, host: string, id: string, token: string): Promise<boolean> => {
  try {
    await hosts.forward(host, { method: 'DELETE', path: `/v2/images/${id}`, token })
    return true
  } catch (error) {
    if (!(error instanceof CloudError) || error.status < 500) throw error
    ctx.log.warn({ err: error, image: id, host }, 'staged data of an image could not be removed')
    return false
  }
}
