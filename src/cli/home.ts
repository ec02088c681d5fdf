import { existsSync } from 'node:fs'
import path from 'node:path'

/** The checkout this program runs from, whether as the bundle in dist/ or as sources. */
export function checkoutDirectory(): string {
  let directory = import.meta.dirname
  while (!existsSync(path.join(directory, 'package.json'))) {
    const parent = path.dirname(directory)
    if (parent === directory) throw new Error(`no package.json above ${import.meta.dirname}`)
    directory = parent
  }
  return directory
}
