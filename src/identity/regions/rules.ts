type Node = { readonly id: string; readonly parent_region_id: string | null }

/** The region and everything below it. A circle in old data ends the walk instead of repeating it. */
export function subtreeOf(id: string, regions: readonly Node[]): Set<string> {
  const found = new Set([id])
  for (const parent of found) {
    for (const region of regions) if (region.parent_region_id === parent) found.add(region.id)
  }
  return found
}
