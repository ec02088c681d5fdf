// `node tools/gen/metadefs.ts DIRECTORY`: writes the standard metadata definitions from Glance's etc/metadefs. Names, titles, types,
// limits and choices are facts that clients depend on; the prose around them is left out.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , directory] = process.argv
if (directory === undefined) throw new Error('usage: node tools/gen/metadefs.ts DIRECTORY')
const target = join(import.meta.dirname, '../../src/image/metadefs/standard/namespaces.json')

const withoutProse = (key: string, value: unknown): unknown =>
  key === 'description' && typeof value === 'string' ? undefined : value

const files = readdirSync(directory).filter((name) => name.endsWith('.json'))
const namespaces = files
  .toSorted()
  .map((name): unknown => JSON.parse(readFileSync(join(directory, name), 'utf8'), withoutProse))
// A line each: short, and a change shows as what it is.
writeFileSync(target, `[\n${namespaces.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`)
