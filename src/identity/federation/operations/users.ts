// What providers call the users that administrators make: a user can have a password here and be known elsewhere as well.

import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { conflictIn, validationError } from '../../errors.ts'
import { findIdentityProvider } from '../../identity-providers/store.ts'
import { findProtocol } from '../../protocols/store.ts'
import * as store from '../store.ts'

/** As the API has it: `[{ idp_id, protocols: [{ protocol_id, unique_id }] }]`. */
export type Federated = readonly {
  readonly idp_id: string
  readonly protocols: readonly { readonly protocol_id: string; readonly unique_id: string }[]
}[]

/** @throws badRequest where a provider or protocol does not exist */
export async function checkFederated(ctx: Ctx, federated: Federated): Promise<void> {
  for (const { idp_id, protocols } of federated) {
    if (!(await findIdentityProvider(ctx, idp_id))) {
      throw validationError(`Could not find Identity Provider: ${idp_id}`)
    }
    for (const { protocol_id } of protocols) {
      if (!(await findProtocol(ctx, idp_id, protocol_id))) {
        throw validationError(`Could not find federated protocol ${protocol_id} for Identity Provider: ${idp_id}.`)
      }
    }
  }
}

/** Puts these in the place of what providers called a user. @throws conflict where a provider calls another user so */
export async function keepFederated(
  ctx: Ctx,
  { id, name }: { readonly id: string; readonly name: string },
  federated: Federated,
): Promise<void> {
  const rows = federated.flatMap(({ idp_id, protocols }) =>
    protocols.map(({ protocol_id, unique_id }) => ({
      idp_id,
      protocol_id,
      unique_id,
      user_id: id,
      display_name: name,
    })),
  )
  await store.removeFederatedUsersOfUser(ctx, id)
  try {
    await store.insertFederatedUsers(ctx, rows)
  } catch (error) {
    throw isUniqueViolation(error) ? conflictIn('federated_user', 'Duplicate entry') : error
  }
}

/** What providers call a user. */
export async function federatedOf(ctx: Ctx, userId: string): Promise<Federated> {
  const rows = await store.listFederatedUsersOf(ctx, userId)
  return [...Map.groupBy(rows, ({ idp_id }) => idp_id)].map(([idp_id, own]) => ({
    idp_id,
    protocols: own.map(({ protocol_id, unique_id }) => ({ protocol_id, unique_id })),
  }))
}
