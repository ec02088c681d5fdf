// An import: the data is fetched if need be, looked at, stored wherever it was asked for, and the image is active. A killed
// controller repeats the step it was in; whatever fails is taken back, and the image waits for data again.
import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import type { Facts } from '../../data/intake.ts'
import { toApiError } from '../../data/operations/receive.ts'
import { openData } from '../../data/open-data.ts'
import { refuseSigned } from '../../data/operations/signed.ts'
import { judge } from '../../data/rules/verdict.ts'
import { withStores } from '../../locations/rules/columns.ts'
import { findImage } from '../../images/store/images.ts'
import type { ImageRow } from '../../images/store/tables.ts'
import { endTask } from '../../tasks/ending.ts'
import { changeTask } from '../../tasks/store.ts'
import { describeRemote, fetchData } from '../download/fetch.ts'
import { editLocked } from '../lock.ts'
import { convertStaged } from '../plugins/convert.ts'
import { decompressStaged } from '../plugins/decompress.ts'
import { watch } from './progress.ts'
import { type ImportDeps, type ImportState, importState, lost, stagedNames } from './state.ts'

type State = ImportState
export type ImportSaga = SagaOf<ImportState>

/** Makes the saga of imports. */
export const createImportSaga = (deps: ImportDeps): ImportSaga => {
  const unstage = async (current: State): Promise<void> => {
    if (current.method === 'copy-image') return
    for (const name of stagedNames(current)) await deps.stores.staging().remove(name)
  }
  /** A step on the image as it is; what the data is to blame for is not tried again. */
  const onImage =
    (work: (ctx: Ctx, deps: ImportDeps, current: State, image: ImageRow) => Promise<Partial<State>>) =>
    async (ctx: Ctx, current: State): Promise<Partial<State>> => {
      const image = await findImage(ctx, current.imageId)
      if (image === undefined) throw lost(current.imageId)
      return work(ctx, deps, current, image).catch((error: unknown) => {
        ctx.signal.throwIfAborted()
        throw toApiError(error, current.imageId)
      })
    }
  return defineSaga({
    name: 'image.import',
    version: 2,
    state: importState,
    steps: [
      // What the caller had staged is of no more use than what was fetched.
      { name: 'begin', do: (ctx, current) => begin(ctx, deps, current), undo: (_ctx, current) => unstage(current) },
      { name: 'describe', do: onImage((ctx, _deps, current) => describeRemote(ctx, deps, current)) },
      {
        name: 'fetch',
        do: onImage(async (ctx, _deps, current) => {
          await fetchData(ctx, deps, current)
          return {}
        }),
      },
      { name: 'decompress', do: onImage(decompressStaged) },
      { name: 'convert', do: onImage(convertStaged) },
      {
        name: 'store',
        do: onImage(storeEverywhere),
        undo: async (_ctx, { imageId, stores }) => {
          for (const store of stores) await deps.stores.find(store)?.remove(imageId)
        },
      },
      {
        name: 'finish',
        do: async (ctx, current) => {
          await finish(ctx, deps, current)
          await unstage(current)
          await endTask(ctx, current.taskId, 'success', '', { image_id: current.imageId })
        },
      },
    ],
    failed: async (ctx, { taskId, imageId, method, stores }, { message }) => {
      const back = { status: 'queued', size: null, virtual_size: null } as const
      await editLocked(ctx, imageId, taskId, () => (method === 'copy-image' ? {} : back), {
        importing: [],
        failed: stores,
        isOver: true,
      })
      await endTask(ctx, taskId, 'failure', message)
    },
  })
}

const begin = async (ctx: Ctx, { limits }: ImportDeps, { taskId, imageId, method, stores }: State): Promise<void> => {
  await changeTask(ctx, taskId, { status: 'processing', updated_at: ctx.now })
  const isCopy = method === 'copy-image'
  const change = (image: ImageRow) =>
    isCopy
      ? {}
      : { status: 'importing' as const, updated_at: image.status === 'importing' ? image.updated_at : ctx.now }
  const begun = await editLocked(ctx, imageId, taskId, change, { importing: stores, failed: [], isOver: false })
  if (begun === undefined) throw lost(imageId)
  // Of what is staged the size is known; the rest passes through the staging area.
  await limits.enforce(ctx, method === 'glance-direct' ? 'image_size_total' : 'image_stage_total', begun.size)
  if (method !== 'glance-direct') await limits.enforce(ctx, 'image_count_uploading')
}

const storeEverywhere = async (
  ctx: Ctx,
  deps: ImportDeps,
  current: State,
  image: ImageRow,
): Promise<Partial<State>> => {
  const { imageId, taskId, method, staged, stores, mustAllSucceed } = current
  if (method !== 'copy-image') refuseSigned(image, current.properties)
  const stored: string[] = []
  let known: Facts | undefined
  let failure: unknown
  for (const id of stores) {
    const store = deps.stores.find(id)
    const isCopy = method === 'copy-image'
    const source = isCopy ? await openData(ctx, deps.stores, image) : await deps.stores.staging().read(staged)
    if (store === undefined || source === undefined) throw conflict(`The data of image ${imageId} is not there.`)
    const intake = watch(ctx, deps, taskId, source, 'Copied')
    try {
      await store.write(imageId, intake.bytes, image.size ?? undefined)
      known = intake.facts()
      stored.push(id)
    } catch (error) {
      ctx.signal.throwIfAborted()
      if (mustAllSucceed) throw error
      ctx.log.warn({ err: error, image: imageId, store: id }, 'an image could not be stored')
      failure = error
    }
  }
  if (known === undefined) throw failure ?? conflict('None of the uploads finished!')
  return { stored, facts: factsOf(image, known, current) }
}

/** @throws unsupportedMediaType, conflict where the data is not what the image says */
const factsOf = (
  image: ImageRow,
  { size, checksum, hash, inspection }: Facts,
  { method, formats, convertTo }: State,
): State['facts'] => {
  if (method === 'copy-image') {
    if (checksum !== image.checksum) throw conflict(`The data of image ${image.id} has changed where it is stored.`)
    return { size, virtualSize: image.virtual_size, checksum, hash }
  }
  const { disk, container } = formats ?? { disk: image.disk_format, container: image.container_format }
  const verdict = container === 'bare' ? judge(disk, inspection) : { virtualSize: null }
  // One format may hide in another: what was made raw must not look like anything else.
  if (convertTo !== null && disk === 'raw' && inspection.format !== 'raw' && inspection.format !== 'gpt') {
    throw badRequest('Converted image in unexpected format')
  }
  if ('refusal' in verdict) throw badRequest(verdict.refusal)
  return { size, virtualSize: verdict.virtualSize, checksum, hash }
}

const finish = async (ctx: Ctx, deps: ImportDeps, current: State): Promise<void> => {
  const { taskId, imageId, method, stores, stored, formats, facts: known } = current
  if (known === null) throw new Error(`the import of ${imageId} has stored nothing`)
  const change = (image: ImageRow): Partial<ImageRow> => ({
    ...withStores(image, stored, (store, name) => deps.stores.find(store)?.urlOf(name)),
    ...(method === 'copy-image'
      ? {}
      : {
          status: 'active',
          size: known.size,
          virtual_size: known.virtualSize,
          ...(formats === null ? {} : { disk_format: formats.disk, container_format: formats.container }),
          checksum: known.checksum,
          os_hash_algo: 'sha512',
          os_hash_value: known.hash,
          updated_at: ctx.now,
        }),
  })
  const failed = stores.filter((id) => !stored.includes(id))
  const progress = { importing: [], failed, isOver: true, properties: current.properties }
  const done = await editLocked(ctx, imageId, taskId, change, progress)
  if (done === undefined && !(await wasFinished(ctx, current))) throw lost(imageId)
}

/** A step may run twice: then the image has let go of the task, with the data in place. */
const wasFinished = async (ctx: Ctx, { imageId, stored }: State): Promise<boolean> => {
  const image = await findImage(ctx, imageId)
  if (image === undefined || image.status !== 'active') return false
  const held = image.stores.split(',')
  return stored.every((id) => held.includes(id))
}
