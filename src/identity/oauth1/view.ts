import { isoMicros } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { AccessToken, Consumer } from './store.ts'

/** A consumer as the API shows it. */
export const viewConsumer = (ctx: Ctx, { id, description, extra }: Consumer) => ({
  ...extra,
  id,
  description,
  links: { self: linkTo(ctx, `OS-OAUTH1/consumers/${id}`) },
})

/** The same with its secret: once, to who made it. */
export const viewNewConsumer = (ctx: Ctx, consumer: Consumer) => ({
  ...viewConsumer(ctx, consumer),
  secret: consumer.secret,
})

/** An access token as its user sees it. */
export const viewAccessToken = (ctx: Ctx, token: AccessToken) => ({
  id: token.id,
  consumer_id: token.consumerId,
  project_id: token.projectId,
  authorizing_user_id: token.userId,
  expires_at: isoMicros(token.expiresAt),
  links: {
    self: linkTo(ctx, `users/${token.userId}/OS-OAUTH1/access_tokens/${token.id}`),
    roles: linkTo(ctx, `users/${token.userId}/OS-OAUTH1/access_tokens/${token.id}/roles`),
  },
})

/** A token with its secret, as OAuth hands it over: form-encoded. */
export const formOf = ({ id, secret, expiresAt }: { id: string; secret: string; expiresAt: number }): string =>
  `oauth_token=${id}&oauth_token_secret=${secret}&oauth_expires_at=${isoMicros(expiresAt)}`
