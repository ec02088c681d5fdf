// Gives an image data that others have put where a store of this cloud finds it. With `do_secure_hash` all of it is read once:
// before the image is active if the caller said what the hash must be, and behind it otherwise.
import { createHash } from 'node:crypto'
import { type Static, Type } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import { badRequest, conflict } from '#platform/errors.ts'
import { defineSaga, type SagaOf } from '#platform/work/saga.ts'
import { openData } from '../data/open-data.ts'
import type { Stores } from '../data/stores.ts'
import { formatProblem } from '../images/rules/status.ts'
import { findImage } from '../images/store/images.ts'
import type { ImageRow } from '../images/store/tables.ts'
import { editOwned } from '../imports/lock.ts'
import { endTask } from '../tasks/ending.ts'
import { changeTask } from '../tasks/store.ts'
import { checkLocation } from './operations/check.ts'
import { columnsOf } from './rules/columns.ts'

const hash = Type.Object({ algorithm: Type.String(), value: Type.String() })

const state = Type.Object({
  taskId: Type.String(),
  imageId: Type.String(),
  url: Type.String(),
  /** What the caller says that the hash is. */
  expected: Type.Union([hash, Type.Null()]),
  /** What it was found to be. */
  found: Type.Union([Type.Object({ checksum: Type.String(), value: Type.String() }), Type.Null()]),
})

type State = Static<typeof state>
export type LocationSaga = SagaOf<State>

export type LocationSagaDeps = { readonly stores: Stores; readonly isHashed: boolean }

const ALGORITHM = 'sha512'

/** Makes the saga. */
export const createLocationSaga = (deps: LocationSagaDeps): LocationSaga =>
  defineSaga({
    name: 'image.add-location',
    version: 1,
    state,
    steps: [
      {
        name: 'locate',
        do: (ctx, current) => locate(ctx, deps, current),
        undo: (ctx, current) => forget(ctx, current),
      },
      {
        name: 'verify',
        do: (ctx, current) =>
          deps.isHashed && current.expected !== null ? verify(ctx, deps, current) : Promise.resolve({}),
      },
      { name: 'activate', do: activate },
      {
        name: 'finish',
        do: async (ctx, current) => {
          if (deps.isHashed && current.expected === null) await describe(ctx, deps, current)
          await edit(ctx, current, () => ({}), true)
          await endTask(ctx, current.taskId, 'success', '', { image_id: current.imageId })
        },
      },
    ],
    failed: async (ctx, current, { message }) => {
      await edit(ctx, current, () => ({}), true)
      await endTask(ctx, current.taskId, 'failure', message)
    },
  })

type Change = (image: ImageRow) => Partial<Omit<ImageRow, 'id' | 'properties'>>

const edit = (ctx: Ctx, { imageId, taskId }: State, change: Change, isOver = false): Promise<ImageRow | undefined> =>
  editOwned(ctx, imageId, taskId, change, isOver)

/** @throws conflict where the image was deleted, or is no longer the task's */
const mustEdit = async (ctx: Ctx, current: State, change: Change): Promise<void> => {
  if ((await edit(ctx, current, change)) === undefined) throw conflict(`Image ${current.imageId} is no longer there.`)
}

const locate = async (ctx: Ctx, { stores, isHashed }: LocationSagaDeps, current: State): Promise<void> => {
  await changeTask(ctx, current.taskId, { status: 'processing', updated_at: ctx.now })
  const { location, size } = await checkLocation(stores, { url: current.url, metadata: {} })
  const isVerified = isHashed && current.expected !== null
  await mustEdit(ctx, current, (image) => {
    const problem = formatProblem(image)
    if (problem !== undefined) throw badRequest(problem)
    return { ...columnsOf([location]), size, ...(isVerified ? { status: 'importing' as const } : {}) }
  })
}

const forget = async (ctx: Ctx, current: State): Promise<void> => {
  const nothing = { stores: '', locations: null, size: null, checksum: null, os_hash_algo: null, os_hash_value: null }
  await edit(ctx, current, () => ({ ...nothing, status: 'queued' }))
}

/** @throws conflict where the data is not there any more */
const digest = async (ctx: Ctx, { stores }: LocationSagaDeps, image: ImageRow, algorithm: string) => {
  const source = await openData(ctx, stores, image)
  if (source === undefined) throw conflict(`The data of image ${image.id} is not there.`)
  const [md5, other] = [createHash('md5'), createHash(algorithm)]
  for await (const part of source) {
    ctx.signal.throwIfAborted()
    if (!Buffer.isBuffer(part)) continue
    md5.update(part)
    other.update(part)
  }
  return { checksum: md5.digest('hex'), value: other.digest('hex') }
}

const verify = async (ctx: Ctx, deps: LocationSagaDeps, { imageId, expected }: State): Promise<Partial<State>> => {
  const image = await findImage(ctx, imageId)
  if (image === undefined || expected === null) throw conflict(`Image ${imageId} is no longer there.`)
  const found = await digest(ctx, deps, image, expected.algorithm)
  if (found.value !== expected.value) {
    throw badRequest(`os_hash_value: (${expected.value}) not matched with actual os_hash_value: (${found.value})`)
  }
  return { found }
}

const activate = async (ctx: Ctx, current: State): Promise<void> => {
  const { expected, found } = current
  const said = expected === null ? {} : { os_hash_algo: expected.algorithm, os_hash_value: expected.value }
  await mustEdit(ctx, current, () => ({
    ...said,
    ...(found === null ? {} : { checksum: found.checksum }),
    status: 'active',
    updated_at: ctx.now,
  }))
}

/** The image works without its hash: what fails here is only told. */
const describe = async (ctx: Ctx, deps: LocationSagaDeps, current: State): Promise<void> => {
  const image = await findImage(ctx, current.imageId)
  if (image === undefined) return
  try {
    const { checksum, value } = await digest(ctx, deps, image, ALGORITHM)
    await edit(ctx, current, () => ({ checksum, os_hash_algo: ALGORITHM, os_hash_value: value }))
  } catch (error) {
    ctx.signal.throwIfAborted()
    ctx.log.warn({ err: error, image: image.id }, 'the hash of an image could not be calculated')
  }
}
