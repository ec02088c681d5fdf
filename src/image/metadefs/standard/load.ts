// The namespaces that OpenStack publishes (see tools/gen/metadefs.ts), as a cloud has them from its first start on.
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { parseBody } from '../bodies.ts'
import { insertWhole } from '../namespaces/operations.ts'
import { findNamespace, hasNamespaces } from '../store.ts'
import standard from './namespaces.json' with { type: 'json' }

/** Names of the namespaces that came, and of those that were there. */
export type Loaded = { readonly added: string[]; readonly kept: string[] }

/**
 * Adds namespaces; one that is there stays as it is. Idempotent.
 * @param documents as Glance's files are; without any, the standard ones
 * @throws badRequest, forbidden where one is not a namespace; those before it are there
 */
export const loadNamespaces = async (ctx: Ctx, documents: readonly unknown[] = standard): Promise<Loaded> => {
  const loaded: Loaded = { added: [], kept: [] }
  for (const document of documents) {
    const body = parseBody('namespace', document)
    const row = {
      namespace: body.namespace,
      display_name: body.display_name ?? null,
      description: body.description ?? null,
      visibility: body.visibility ?? 'public',
      protected: body.protected === true ? 1 : 0,
      owner: body.owner ?? 'admin',
      created_at: ctx.now,
      updated_at: ctx.now,
    } as const
    const isThere = (await findNamespace(ctx, row.namespace)) !== undefined
    const isAdded =
      !isThere &&
      (await inTransaction(ctx, (tx) => insertWhole(tx, row, body)).then(
        () => true,
        (error: unknown) => {
          // Another controller was faster.
          if (isUniqueViolation(error)) return false
          throw error
        },
      ))
    loaded[isAdded ? 'added' : 'kept'].push(row.namespace)
  }
  return loaded
}

/** Gives the standard namespaces to a cloud that has none. */
export const loadAtFirst = async (ctx: Ctx): Promise<void> => {
  if (!(await hasNamespaces(ctx))) await loadNamespaces(ctx)
}
