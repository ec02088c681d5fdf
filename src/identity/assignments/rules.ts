import type { Implication } from '../roles/store.ts'

/** The roles and everything they imply; circles end the walk. */
export function withImplied(roleIds: Iterable<string>, implications: readonly Implication[]): Set<string> {
  const found = new Set(roleIds)
  for (const prior of found) {
    for (const { prior_role_id, implied_role_id } of implications) {
      if (prior_role_id === prior) found.add(implied_role_id)
    }
  }
  return found
}
