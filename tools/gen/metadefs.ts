// `node tools/gen/metadefs.ts DIRECTORY`: writes the standard metadata definitions from Glance's etc/metadefs. Names, titles, types,
// limits and choices are facts that clients depend on; the prose around them is left out. What namespaces, objects and properties are
// about is told in words of our own: metadefs-descriptions.json, by `namespace`, `namespace/object` and `namespace#property`.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [, , directory] = process.argv
if (directory === undefined) throw new Error('usage: node tools/gen/metadefs.ts DIRECTORY')
const target = join(import.meta.dirname, '../../src/image/metadefs/standard/namespaces.json')

const withoutProse = (key: string, value: unknown): unknown =>
  key === 'description' && typeof value === 'string' ? undefined : value

type Properties = Readonly<Record<string, object>>
type Described = {
  readonly name?: string
  readonly namespace?: string
  readonly properties?: Properties
  readonly objects?: readonly Described[]
}

const descriptions: Readonly<Record<string, string | undefined>> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'metadefs-descriptions.json'), 'utf8'),
)
const describeProperties = (namespace: string, properties: Properties): Properties =>
  Object.fromEntries(
    Object.entries(properties).map(([name, { ...rest }]) => [
      name,
      { description: descriptions[`${namespace}#${name}`], ...rest },
    ]),
  )
const describe = (subject: string, namespace: string, { objects, properties, ...rest }: Described): object => ({
  description: descriptions[subject],
  ...rest,
  ...(properties === undefined ? {} : { properties: describeProperties(namespace, properties) }),
  ...(objects === undefined
    ? {}
    : { objects: objects.map((each) => describe(`${namespace}/${each.name ?? ''}`, namespace, each)) }),
})

const files = readdirSync(directory).filter((name) => name.endsWith('.json'))
const namespaces = files
  .toSorted()
  .map((name): Described => JSON.parse(readFileSync(join(directory, name), 'utf8'), withoutProse))
  .map(({ namespace = '', ...rest }) => ({ namespace, ...describe(namespace, namespace, rest) }))
// A line each: short, and a change shows as what it is.
writeFileSync(target, `[\n${namespaces.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`)
