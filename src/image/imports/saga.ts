// An import: the data is fetched if need be, looked at, stored wherever it was asked for, and the image is active. A killed
// controller repeats the step it was in; whatever fails is taken back, and the image waits for data again.
import { type Static, Type } from 'typebox'
import type { Clock } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { badRequest, CloudError, conflict } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import { createIntake, type Facts } from '../data/intake.ts'
import { judge } from '../data/rules/verdict.ts'
import type { Stores } from '../data/stores.ts'
import { findImage } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'
import { changeTask } from '../tasks/store.ts'
import { endTask } from '../tasks/ending.ts'
import { DownloadError, openUrl } from './download/open-url.ts'
import { editLocked } from './lock.ts'
import type { DownloadRules } from './rules/uri.ts'

/** How often a task tells how far it is. */
const PROGRESS_MS = 5000
const MIB = 1024 * 1024

const facts = Type.Object({
  size: Type.Integer(),
  virtualSize: Type.Union([Type.Integer(), Type.Null()]),
  checksum: Type.String(),
  hash: Type.String(),
})

const state = Type.Object({
  taskId: Type.String(),
  imageId: Type.String(),
  method: Type.Union([Type.Literal('glance-direct'), Type.Literal('web-download'), Type.Literal('copy-image')]),
  /** What to download. */
  uri: Type.Union([Type.String(), Type.Null()]),
  stores: Type.Array(Type.String()),
  mustAllSucceed: Type.Boolean(),
  /** What came of it, once it is stored. */
  facts: Type.Union([facts, Type.Null()]),
  stored: Type.Array(Type.String()),
})

export type ImportState = Static<typeof state>
type State = ImportState
export type ImportSaga = SagaOf<ImportState>

/** What imports need beside the image. */
export type ImportDeps = {
  readonly stores: Stores
  readonly sizeCap: number
  readonly clock: Clock
  readonly rules: DownloadRules
}

/** Makes the saga of imports. */
export const createImportSaga = (deps: ImportDeps): ImportSaga =>
  defineSaga({
    name: 'image.import',
    version: 1,
    state,
    steps: [
      {
        name: 'begin',
        do: begin,
        // What the caller had staged is of no more use than what was fetched.
        undo: async (_ctx, { imageId, method }) => {
          if (method !== 'copy-image') await deps.stores.staging().remove(imageId)
        },
      },
      {
        name: 'fetch',
        do: (ctx, current) => (current.uri === null ? Promise.resolve() : fetchInto(ctx, deps, current, current.uri)),
      },
      {
        name: 'store',
        do: (ctx, current) => storeEverywhere(ctx, deps, current),
        undo: async (_ctx, { imageId, stores }) => {
          for (const store of stores) await deps.stores.find(store)?.remove(imageId)
        },
      },
      { name: 'finish', do: (ctx, current) => finish(ctx, deps, current) },
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

const lost = (id: string): CloudError => conflict(`Image ${id} was deleted, or is no longer the import's.`)

const begin = async (ctx: Ctx, { taskId, imageId, method, stores }: State): Promise<void> => {
  await changeTask(ctx, taskId, { status: 'processing', updated_at: ctx.now })
  const isCopy = method === 'copy-image'
  const change = (image: ImageRow) =>
    isCopy
      ? {}
      : { status: 'importing' as const, updated_at: image.status === 'importing' ? image.updated_at : ctx.now }
  const begun = await editLocked(ctx, imageId, taskId, change, { importing: stores, failed: [], isOver: false })
  if (begun === undefined) throw lost(imageId)
}

/** Measures what passes, tells the task how far it is, and ends with the program. */
const watch = (
  ctx: Ctx,
  { sizeCap, clock }: ImportDeps,
  taskId: string,
  source: AsyncIterable<unknown>,
  verb: string,
) => {
  let told = clock.now()
  return createIntake(source, sizeCap, (size) => {
    ctx.signal.throwIfAborted()
    const now = clock.now()
    if (now - told < PROGRESS_MS) return
    told = now
    const message = `${verb} ${Math.floor(size / MIB)} MiB`
    changeTask(ctx, taskId, { message, updated_at: now }).catch((error: unknown) =>
      ctx.log.warn({ err: error, task: taskId }, 'a task could not tell how far it is'),
    )
  })
}

const fetchInto = async (ctx: Ctx, deps: ImportDeps, { taskId, imageId }: State, uri: string): Promise<void> => {
  try {
    const source = await openUrl(uri, deps.rules, ctx.signal)
    const intake = watch(ctx, deps, taskId, source, 'Downloaded')
    await deps.stores.staging().write(imageId, intake.bytes)
    const expected = source.headers['content-length']
    const { size } = intake.facts()
    if (expected !== undefined && Number(expected) !== size) throw new DownloadError(`${uri} ended too early`)
  } catch (error) {
    throw error instanceof DownloadError ? badRequest(error.message) : error
  }
}

const storeEverywhere = async (ctx: Ctx, deps: ImportDeps, current: State): Promise<Partial<State>> => {
  const { imageId, taskId, method, stores, mustAllSucceed } = current
  const image = await findImage(ctx, imageId)
  if (image === undefined) throw lost(imageId)
  const stored: string[] = []
  let known: Facts | undefined
  let failure: unknown
  for (const id of stores) {
    const store = deps.stores.find(id)
    const origin = method === 'copy-image' ? deps.stores.holding(image.stores) : deps.stores.staging()
    const source = await origin?.read(imageId)
    if (store === undefined || source === undefined) throw conflict(`The data of image ${imageId} is not there.`)
    const intake = watch(ctx, deps, taskId, source, 'Copied')
    try {
      await store.write(imageId, intake.bytes)
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
  return { stored, facts: factsOf(image, known, method) }
}

/** @throws unsupportedMediaType, conflict where the data is not what the image says */
const factsOf = (
  image: ImageRow,
  { size, checksum, hash, inspection }: Facts,
  method: State['method'],
): State['facts'] => {
  if (method === 'copy-image') {
    if (checksum !== image.checksum) throw conflict(`The data of image ${image.id} has changed where it is stored.`)
    return { size, virtualSize: image.virtual_size, checksum, hash }
  }
  const verdict = image.container_format === 'bare' ? judge(image.disk_format, inspection) : { virtualSize: null }
  if ('refusal' in verdict) throw badRequest(verdict.refusal)
  return { size, virtualSize: verdict.virtualSize, checksum, hash }
}

const finish = async (ctx: Ctx, deps: ImportDeps, current: State): Promise<void> => {
  const { taskId, imageId, method, stores, stored, facts: known } = current
  if (known === null) throw new Error(`the import of ${imageId} has stored nothing`)
  const change = (image: ImageRow): Partial<ImageRow> => ({
    stores: [...new Set([...image.stores.split(','), ...stored])].filter((id) => id !== '').join(','),
    ...(method === 'copy-image'
      ? {}
      : {
          status: 'active',
          size: known.size,
          virtual_size: known.virtualSize,
          checksum: known.checksum,
          os_hash_algo: 'sha512',
          os_hash_value: known.hash,
          updated_at: ctx.now,
        }),
  })
  const failed = stores.filter((id) => !stored.includes(id))
  const done = await editLocked(ctx, imageId, taskId, change, { importing: [], failed, isOver: true })
  if (done === undefined && !(await wasFinished(ctx, current))) throw lost(imageId)
  if (method !== 'copy-image') await deps.stores.staging().remove(imageId)
  await endTask(ctx, taskId, 'success', '', { image_id: imageId })
}

/** A step may run twice: then the image has let go of the task, with the data in place. */
const wasFinished = async (ctx: Ctx, { imageId, stored }: State): Promise<boolean> => {
  const image = await findImage(ctx, imageId)
  if (image === undefined || image.status !== 'active') return false
  const held = image.stores.split(',')
  return stored.every((id) => held.includes(id))
}
