// What every object of this service has beside its own attributes.
import { sql } from 'kysely'
import { isoSeconds } from '#platform/clock.ts'
import type { Ctx } from '#platform/context.ts'
import { defaulted } from './attributes/attribute.ts'
import { text } from './attributes/readers.ts'
import { textList } from './visibility.ts'

export type StandardRow = {
  readonly description: string
  readonly tags: string
  readonly created_at: number
  readonly updated_at: number
  readonly revision_number: number
}

/** The attribute that all take. */
export const descriptionAttribute = { description: defaulted(text(255), '') }

/** Attributes that all show and none takes. */
export const standardReadOnly = ['id', 'created_at', 'updated_at', 'revision_number'] as const

/** The end of most views. */
export const viewStandard = ({ tags, created_at, updated_at, revision_number }: StandardRow) => ({
  tags: textList(tags),
  created_at: isoSeconds(created_at),
  updated_at: isoSeconds(updated_at),
  revision_number,
})

/** A new row's part. */
export const newStandard = (now: number, revision: number) => ({
  tags: '[]',
  revision_number: revision,
  created_at: now,
  updated_at: now,
})

/** Columns to change, with the revision counted up. */
export const revised = <Changes extends object>(ctx: Ctx, changes: Changes) => ({
  ...changes,
  updated_at: ctx.now,
  revision_number: sql<number>`revision_number + 1`,
})
