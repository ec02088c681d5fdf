// Limits of identity on what a project keeps here. Source of the rules and the words: glance/quota/keystone.py and oslo.limit.
import type { Ctx } from '#platform/context.ts'
import { tooLarge } from '#platform/errors.ts'
import type { ImageDoors } from '../doors.ts'
import { readUsage, type Usage } from './store.ts'

const MIB = 1024 * 1024

/** What each limit counts; sizes in MiB. */
const counted = {
  image_size_total: ({ stored }: Usage) => Math.floor(stored / MIB),
  image_stage_total: ({ staged }: Usage) => Math.floor(staged / MIB),
  image_count_total: ({ images }: Usage) => images,
  image_count_uploading: ({ uploading }: Usage) => uploading,
} as const satisfies Readonly<Record<string, (usage: Usage) => number>>

export type LimitName = keyof typeof counted

/** A resource, how much of it is used, and how much may be. */
export type LimitUse = { readonly name: LimitName; readonly usage: number; readonly limit: number }

/** The limits of this cloud's projects. */
export type Limits = {
  /**
   * Refuses what would take the caller's project over a limit. `bytes` undefined: one image more, or none for uploads, which
   * count already.
   * @throws tooLarge
   */
  readonly enforce: (ctx: Ctx, name: LimitName, bytes?: number | null) => Promise<void>
  /** What the caller's project uses; nothing where there are no limits. */
  readonly usage: (ctx: Ctx) => Promise<readonly LimitUse[]>
}

const names: readonly LimitName[] = [
  'image_size_total',
  'image_stage_total',
  'image_count_total',
  'image_count_uploading',
]

/** Nobody said how much of it anybody may have. */
const NONE = 0

/** Makes the limits; switched off, nothing is ever asked. */
export const createLimits = (isOn: boolean, { limitsOf }: ImageDoors): Limits => {
  if (!isOn) return { enforce: () => Promise.resolve(), usage: () => Promise.resolve([]) }
  const read = async (ctx: Ctx, projectId: string) => {
    const [limits, usage] = await Promise.all([limitsOf(ctx, projectId), readUsage(ctx, projectId)])
    return (name: LimitName): LimitUse => ({ name, usage: counted[name](usage), limit: limits.get(name) ?? NONE })
  }
  return {
    enforce: async (ctx, name, bytes) => {
      const { projectId } = ctx.caller
      if (projectId === null) return
      const { limit, usage } = (await read(ctx, projectId))(name)
      const delta = name === 'image_count_total' ? 1 : Math.floor((bytes ?? 0) / MIB)
      // Below zero there is no limit.
      if (limit < 0 || usage + delta <= limit) return
      throw tooLarge(
        'The request returned a 413 Request Entity Too Large. This generally means that rate limiting or a quota ' +
          'threshold was breached.\n\nThe response body:\n' +
          `Project ${projectId} is over a limit for [Resource ${name} is over limit of ${limit} due to current usage ` +
          `${usage} and delta ${delta}]`,
      )
    },
    usage: async (ctx) => {
      const { projectId } = ctx.caller
      return projectId === null ? [] : names.map(await read(ctx, projectId))
    },
  }
}
