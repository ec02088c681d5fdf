// Keystone's rotation: key 0 is staged (it may already be primary on another controller, so it is accepted), the highest number is the
// primary that signs, the rest only verify. A rotation makes the staged key the primary, stages a new one and drops the oldest.

/** What a rotation does to the ids. */
export type Rotation = {
  /** Id under which the staged key becomes the primary. */
  readonly promoted: number
  readonly removed: readonly number[]
}

/** `ids`: those of every key, the staged one (0) included; `maxActive`: keys kept in all. */
export function planRotation(ids: readonly number[], maxActive: number): Rotation {
  const active = ids.filter((id) => id !== 0).sort((a, b) => a - b)
  const promoted = (active.at(-1) ?? 0) + 1
  const kept = [...active, promoted]
  return { promoted, removed: kept.slice(0, Math.max(0, kept.length + 1 - Math.max(2, maxActive))) }
}

/** Ids in the order in which a token is tried: the primary, then older ones, then the staged. */
export const tryingOrder = (ids: readonly number[]): number[] =>
  [...ids].sort((a, b) => (a === 0 ? 1 : b === 0 ? -1 : b - a))
