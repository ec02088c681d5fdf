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

/** A set of keys that another joins: its primary signs, its staged key is the next one, and what was here verifies. */
export function merged(
  own: readonly { readonly id: number; readonly text: string }[],
  given: ReadonlyMap<number, string>,
): Map<number, string> {
  const joining = [...given].map(([id, text]) => ({ id, text }))
  const taken = new Set(given.values())
  const staged = given.get(0) ?? own.find(({ id }) => id === 0)?.text
  const byAge = (keys: readonly { readonly id: number; readonly text: string }[]) =>
    keys.toSorted((a, b) => a.id - b.id).map(({ text }) => text)
  const active = [
    ...byAge(own.filter(({ text }) => !taken.has(text) && text !== staged)),
    ...byAge(joining.filter(({ id }) => id !== 0)),
  ]
  const numbered = active.map((text, index): [number, string] => [index + 1, text])
  return new Map(staged === undefined ? numbered : [[0, staged], ...numbered])
}
