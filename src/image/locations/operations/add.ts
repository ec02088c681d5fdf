import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { conflict, forbidden } from '#platform/errors.ts'
import { newUuid } from '#platform/ids.ts'
import type { Work } from '#platform/work/work.ts'
import type { Stores } from '../../data/stores.ts'
import { schemaViolation } from '../../errors.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { lockImage, taskOf } from '../../imports/lock.ts'
import { findTask, insertTask, newTask } from '../../tasks/store.ts'
import { checkHash } from '../rules/validation.ts'
import type { LocationSaga } from '../saga.ts'
import type { AddLocation } from '../schemas.ts'

export type Locating = { readonly stores: Stores; readonly saga: LocationSaga; readonly work: Work }

/**
 * Begins to give an image without data a location; a task tells how it goes.
 * @throws notFound, forbidden, conflict (status, another task), badRequest (hash)
 */
export const addLocation = async (
  ctx: Ctx,
  { stores, saga, work }: Locating,
  id: string,
  { url, validation_data: given }: AddLocation,
): Promise<void> => {
  const image = await getVisible(ctx, id)
  if (image.status !== 'queued') {
    throw conflict(`It's not allowed to add locations if image status is ${image.status}.`)
  }
  enforce(ctx, 'add_image_location', image)
  const isService = [...ctx.caller.roles, ...ctx.caller.serviceRoles].includes('service')
  const isWeb = url.startsWith('http') && stores.all().some(({ type }) => type === 'http')
  if (!isService && !isWeb) throw forbidden('http store must be enabled to use location API by normal user.')
  const { os_hash_algo: algorithm, os_hash_value: value } = given ?? {}
  if (algorithm !== undefined && value !== undefined) checkHash(algorithm, value)
  else if (algorithm !== undefined)
    throw schemaViolation('location', "'os_hash_value' is a dependency of 'os_hash_algo'")
  else if (value !== undefined) throw schemaViolation('location', "'os_hash_algo' is a dependency of 'os_hash_value'")
  const holder = taskOf(image)
  const active = holder === undefined ? undefined : await findTask(ctx, holder)
  if (active?.status === 'pending' || active?.status === 'processing') throw conflict('Image has active task')

  const taskId = newUuid()
  const input = { image_id: id, loc_url: url, validation_data: given ?? {} }
  const expected = algorithm === undefined || value === undefined ? null : { algorithm, value: value.toLowerCase() }
  const isBegun = await inTransaction(ctx, async (tx) => {
    if (!(await lockImage(tx, image, taskId))) return false
    await insertTask(
      tx,
      newTask(ctx, { id: taskId, type: 'location_import', image_id: id, input: JSON.stringify(input) }),
    )
    await work.start(tx, saga.begin({ taskId, imageId: id, url, expected, found: null }), { resource: `image:${id}` })
    return true
  })
  if (!isBegun)
    throw conflict(`New operation on image '${id}' is not permitted as prior operation is still in progress`)
}
