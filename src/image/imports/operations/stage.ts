import type { Ctx } from '#platform/context.ts'
import { goneMeanwhile, receive, type UploadDeps } from '../../data/operations/receive.ts'
import type { StageHosts } from '../hosts/stage-hosts.ts'
import { enforce, getVisible } from '../../images/operations/find.ts'
import { moveImage } from '../../images/store/images.ts'

/**
 * Takes in data that an import will look at later.
 * @param size bytes that the caller says will come; null: not said
 * @throws notFound, forbidden, conflict (status), tooLarge, gone (the image was deleted meanwhile), unavailable (store)
 */
export const stageData = async (
  ctx: Ctx,
  deps: UploadDeps & { readonly hosts: StageHosts },
  id: string,
  size: number | null,
  source: AsyncIterable<unknown>,
): Promise<void> => {
  await deps.limits.enforce(ctx, 'image_stage_total', size)
  const image = await getVisible(ctx, id)
  enforce(ctx, 'modify_image', image)
  const reception = {
    status: 'uploading',
    store: deps.stores.staging(),
    done: async ({ size }: { size: number }) => {
      if (
        !(await moveImage(ctx, id, 'uploading', {
          size,
          updated_at: ctx.later().now,
          beat_at: null,
          stage_host: deps.hosts.own,
        }))
      ) {
        throw goneMeanwhile(id)
      }
    },
  } as const
  await receive(ctx, deps, image, reception, source)
}
