// `node tools/gen/metadefs.ts DIRECTORY`: writes the standard metadata definitions from Glance's etc/metadefs. Names, titles, types,
// limits and choices are facts that clients depend on; the prose around them is left out. What namespaces and objects are about is
// told in words of our own: metadefs-descriptions.json, by `namespace` and `namespace/object`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , directory] = process.argv
if (directory === undefined) throw new Error('usage: node tools/gen/metadefs.ts DIRECTORY')
const target = join(import.meta.dirname, '../../src/image/metadefs/standard/namespaces.json')

const withoutProse = (key: string, value: unknown): unknown =>
  key === 'description' && typeof value === 'string' ? undefined : value

type Described = { readonly name?: string; readonly namespace?: string; readonly objects?: readonly Described[] }

const descriptions: Readonly<Record<string, string | undefined>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'metadefs-descriptions.json'), 'utf8'),
)
const describe = ({ namespace = '', objects, ...rest }: Described) => ({
  namespace,
  description: descriptions[namespace],
  ...rest,
  ...(objects === undefined
    ? {}
    : { objects: objects.map((each) => ({ description: descriptions[`${namespace}/${each.name ?? ''}`], ...each })) }),
})

const files = readdirSync(directory).filter((name) => name.endsWith('.json'))
const namespaces = files
  .toSorted()
  .map((name): Described => JSON.parse(readFileSync(join(directory, name), 'utf8'), withoutProse))
  .map(describe)
// A line each: short, and a change shows as what it is.
writeFileSync(target, `[\n${namespaces.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`)
