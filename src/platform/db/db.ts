import type { Kysely } from 'kysely'
import type { Ctx } from '../context.ts'
import type { Tables } from './tables.ts'

/** A typed query builder: a connection, or the transaction one is in. */
export type Queries = Kysely<Tables>

export type Dialect = 'sqlite' | 'mariadb'

/**
 * The database as `ctx` carries it.
 * On SQLite reads have a connection of their own, because a query of `write` waits for the transaction that is open.
 */
export type Db = {
  readonly dialect: Dialect
  readonly read: Queries
  readonly write: Queries
  /** Runs `work` with the queries of a new transaction: committed when it succeeds, rolled back when it fails. */
  readonly transact: <T>(work: (queries: Queries) => Promise<T>) => Promise<T>
  /** The transaction this handle stands for, or null outside one. */
  readonly transaction: TransactionState | null
}

/** What a transaction does once it is durable. */
export type TransactionState = { readonly afterCommit: (() => void)[] }

/**
 * Runs `work` in one transaction: all of it is written or nothing. Inside another transaction it joins that one.
 * Nothing but SQL may be awaited inside: on SQLite every other writer waits.
 */
export async function inTransaction<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  if (ctx.db.transaction) return work(ctx)
  const state: TransactionState = { afterCommit: [] }
  const { dialect, transact } = ctx.db
  const result = await transact((queries) =>
    work(ctx.withDb({ dialect, read: queries, write: queries, transact, transaction: state })),
  )
  for (const run of state.afterCommit) run()
  return result
}

/** Runs `action` when the transaction of `ctx` has committed (never if it rolls back); at once outside a transaction. */
export function afterCommit(ctx: Ctx, action: () => void): void {
  if (ctx.db.transaction) ctx.db.transaction.afterCommit.push(action)
  else action()
}
