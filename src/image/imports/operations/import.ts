import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { Work } from '#platform/work/work.ts'
import type { StageHosts } from '../hosts/stage-hosts.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { findTask, insertTask, newTask } from '../../tasks/store.ts'
import { lockImage, taskOf } from '../lock.ts'
import { injectedFor } from '../rules/plugins.ts'
import { checkImportable, type ImportRequest, type RemoteImage, remoteImage, targetStores } from '../rules/request.ts'
import { parseDownloadUrl } from '../rules/uri.ts'
import type { ImportSaga } from '../saga/import.ts'
import type { ImportDeps, ImportState } from '../saga/state.ts'

/** What beginning an import needs beside the image. */
export type Importing = ImportDeps & {
  readonly saga: ImportSaga
  readonly work: Work
  readonly hosts: StageHosts
}

/**
 * Begins an import; a task tells how it goes.
 * @param input the request as it came, for the task
 * @returns id of the task; undefined where there is nothing to do, or another controller does it
 * @throws notFound, forbidden, conflict (status, another import, store), badRequest (URI, a copy where there is one),
 *   tooLarge (limit), and whatever the controller that has the data says
 */
export const importImage = async (
  ctx: Ctx,
  importing: Importing,
  id: string,
  request: ImportRequest,
  input: unknown,
  type: 'api_image_import' | 'import' = 'api_image_import',
): Promise<string | undefined> => {
  await importing.limits.enforce(ctx, 'image_size_total')
  for (let tries = 0; tries < TRIES; tries += 1) {
    const plan = await planImport(ctx, importing, id, request)
    if (plan === undefined) return undefined
    const { image, state } = plan
    const host = request.method === 'glance-direct' ? importing.hosts.otherOf(image) : undefined
    if (host !== undefined) {
      const path = `/v2/images/${id}/import`
      await importing.hosts.forward(host, { method: 'POST', path, token: request.token, body: input })
      return undefined
    }
    const { taskId } = state
    const told = type === 'import' ? input : { image_id: id, import_req: input, backend: state.stores }
    const task = newTask(ctx, { id: taskId, type, image_id: id, input: JSON.stringify(told) })
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
  importing: Importing,
  id: string,
  request: ImportRequest,
): Promise<Plan | undefined> => {
  const { stores: all, plugins } = importing
  const { method } = request
  const image = await getVisible(ctx, id)
  checkImportable(image, method)
  const remote = method === 'glance-download' ? remoteImage(request) : undefined
  enforce(ctx, method === 'copy-image' ? 'copy_image' : 'modify_image', image)
  await refuseBusy(ctx, image)
  const stores = targetStores(request, all.ids, all.writableIds, all.mainId, image.stores.split(','))
  if (stores.length === 0) return undefined
  const isCopy = method === 'copy-image'
  const state: ImportState = {
    taskId: newUuid(),
    imageId: id,
    method,
    uri: uriOf(importing, request),
    remote: remote === undefined ? null : await locate(ctx, importing, remote, request.token),
    expected: null,
    stores: [...stores],
    mustAllSucceed: request.mustAllSucceed,
    isDecompressing: plugins.isDecompressing && !isCopy,
    convertTo: isCopy ? null : plugins.convertTo,
    properties: isCopy ? {} : { ...injectedFor(plugins, ctx.caller.roles) },
    formats: null,
    staged: id,
    unpacked: newUuid(),
    converted: newUuid(),
    facts: null,
    stored: [],
  }
  return { image, state }
}

/** @throws badRequest where the URL of a download is none that may be asked for */
const uriOf = ({ rules }: Importing, { method, uri }: ImportRequest): string | null => {
  if (method !== 'web-download') return null
  const url = parseDownloadUrl(uri, rules)
  if (url === undefined) throw badRequest(`URI for web-download does not pass filtering: ${uri ?? 'None'}`)
  return url.href
}

/** Where the catalog says that the image is; that it names no image service there is the task's to tell. */
const locate = async (
  ctx: Ctx,
  { doors }: Importing,
  { region, id, face }: RemoteImage,
  token: string,
): Promise<ImportState['remote']> => {
  const endpoint = await doors.findImageEndpoint(ctx, region, face)
  const problem = `Glance endpoint not found for region ${region} and interface ${face}.`
  return {
    url: `${endpoint?.replace(/\/+$/, '') ?? ''}/v2/images/${id}`,
    token: doors.sealToken(token),
    ...(endpoint === undefined ? { problem } : {}),
  }
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
