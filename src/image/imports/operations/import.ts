import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { Work } from '#platform/work/work.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { findTask, insertTask, type TaskRow } from '../../tasks/store.ts'
import { lockImage, taskOf } from '../lock.ts'
import { checkImportable, type ImportRequest, targetStores } from '../rules/request.ts'
import { parseDownloadUrl } from '../rules/uri.ts'
import type { ImportDeps, ImportSaga, ImportState } from '../saga.ts'

/** What beginning an import needs beside the image. */
export type Importing = ImportDeps & { readonly saga: ImportSaga; readonly work: Work }

/**
 * Begins an import; a task tells how it goes.
 * @param input the request as it came, for the task
 * @returns id of the task; undefined where there is nothing to do
 * @throws notFound, forbidden, conflict (status, another import, store), badRequest (URI, a copy where there is one)
 */
export const importImage = async (
  ctx: Ctx,
  importing: Importing,
  id: string,
  request: ImportRequest,
  input: unknown,
  type: 'api_image_import' | 'import' = 'api_image_import',
): Promise<string | undefined> => {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const plan = await planImport(ctx, importing, id, request)
    if (plan === undefined) return undefined
    const { image, state } = plan
    const { taskId } = state
    const task: TaskRow = {
      id: taskId,
      type,
      status: 'pending',
      owner: ctx.caller.projectId,
      image_id: id,
      user_id: ctx.caller.userId,
      request_id: ctx.requestId,
      input: JSON.stringify(type === 'import' ? input : { image_id: id, import_req: input, backend: state.stores }),
      result: null,
      message: '',
      created_at: ctx.now,
      updated_at: ctx.now,
      expires_at: null,
    }
    const isBegun = await inTransaction(ctx, async (tx) => {
      if (!(await lockImage(tx, image, taskId))) return false
      await insertTask(tx, task)
      await importing.work.start(tx, importing.saga.begin(state), { resource: `image:${id}` })
      return true
    })
    if (isBegun) return taskId
  }
  throw conflict(`New operation on image '${id}' is not permitted as prior operation is still in progress`)
}

/** How often an import looks again because the image was changed while it was looked at. */
const TRIES = 10

type Plan = { readonly image: ImageRow; readonly state: ImportState }

/** What to do with the image as it is now; undefined: nothing. */
const planImport = async (
  ctx: Ctx,
  { stores: all, rules }: Importing,
  id: string,
  request: ImportRequest,
): Promise<Plan | undefined> => {
  const { method } = request
  const image = await getVisible(ctx, id)
  checkImportable(image, method)
  enforce(ctx, method === 'copy-image' ? 'copy_image' : 'modify_image', image)
  await refuseBusy(ctx, image)
  const stores = targetStores(request, all.ids, all.main().id, image.stores.split(','))
  if (stores.length === 0) return undefined
  const url = method === 'web-download' ? parseDownloadUrl(request.uri, rules) : undefined
  if (method === 'web-download' && url === undefined) {
    throw badRequest(`URI for web-download does not pass filtering: ${request.uri ?? 'None'}`)
  }
  const state: ImportState = {
    taskId: newUuid(),
    imageId: id,
    method,
    uri: url?.href ?? null,
    stores: [...stores],
    mustAllSucceed: request.mustAllSucceed,
    facts: null,
    stored: [],
  }
  return { image, state }
}

/**
 * A task that is over, or forgotten, holds nothing back.
 * @throws conflict where a task is at work on the image
 */
const refuseBusy = async (ctx: Ctx, image: ImageRow): Promise<void> => {
  const holder = taskOf(image)
  const task = holder === undefined ? undefined : await findTask(ctx, holder)
  if (task?.status === 'pending' || task?.status === 'processing') throw conflict('Image has active task')
}
