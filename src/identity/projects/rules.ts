import { flagOf, isImmutable } from '../attributes.ts'
import type { LimitModel } from '../limits/rules.ts'
import type { UpdateProject } from './schemas.ts'
import type { Project } from './store.ts'

/** Levels below a domain that projects may have (`max_project_tree_depth`), or fewer where the model of limits wants it. */
export const levelsOf = (model: LimitModel): number => (model === 'strict_two_level' ? 2 : 5)

/** Whether a body may change something that is immutable: only by making it mutable, and nothing else with it. */
export function mayUpdate(options: Project['options'], body: UpdateProject): boolean {
  if (!isImmutable(options)) return true
  const immutable = body.options?.immutable
  return Object.keys(body).length === 1 && (immutable === false || immutable === null)
}

/** What an update makes of the flag `enabled`. */
export const enabledAfter = (old: boolean, body: UpdateProject): boolean => flagOf(body.enabled, old)

type Node = { readonly id: string; readonly parentId: string | null }
/** Nested ids: `{ child: { grandchild: null } }`. */
export type IdTree = { readonly [id: string]: IdTree | null }

/** Parents as `{ parent: { grandparent: null } }`; nearest first in `parents`. */
export const parentsAsIds = (parents: readonly Node[]): IdTree | null =>
  parents.reduceRight<IdTree | null>((above, { id }) => ({ [id]: above }), null)

/** Everything below a project, nested as it hangs together. */
export function subtreeAsIds(id: string, subtree: readonly Node[]): IdTree | null {
  const children = Map.groupBy(subtree, ({ parentId }) => parentId)
  const below = (parent: string): IdTree | null => {
    const nodes = children.get(parent)
    return nodes ? Object.fromEntries(nodes.map((node) => [node.id, below(node.id)])) : null
  }
  return below(id)
}
