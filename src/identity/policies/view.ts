import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Policy } from './store.ts'

/** A policy as the API shows it. */
export const viewPolicy = (ctx: Ctx, { id, type, blob, extra }: Policy) => ({
  ...extra,
  id,
  type,
  blob,
  links: { self: linkTo(ctx, `policies/${id}`) },
})
