// `node tools/openapi/extract.ts SPEC.yaml OUT.json`: the operations of a published OpenAPI document and what their successes look
// like, without descriptions, one operation a line. The documents of the services: https://github.com/gtema/openstack (specs).
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'yaml'

type Tree = { readonly [key: string]: unknown }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)
const treeOf = (value: unknown): Tree => (isTree(value) ? value : {})

const methods = ['get', 'head', 'post', 'put', 'patch', 'delete']
const words = new Set(['description', 'title', 'example', 'examples', 'x-openstack', 'readOnly'])

const [source, target] = process.argv.slice(2)
if (source === undefined || target === undefined) throw new Error('usage: extract.ts SPEC.yaml OUT.json')
const document: unknown = parse(readFileSync(source, 'utf8'))

/** What a `#/…` reference points at. */
const lookUp = (reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, key) => treeOf(at)[key], document)

/** A schema with its references put in; one that contains itself is cut off there. `within`: names of properties are no keywords. */
function whole(value: unknown, seen: readonly string[] = [], within = false): unknown {
  if (Array.isArray(value)) return value.map((item) => whole(item, seen))
  if (!isTree(value)) return value
  const { $ref: reference } = value
  if (typeof reference === 'string') {
    return seen.includes(reference) ? {} : whole(lookUp(reference), [...seen, reference])
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => within || !words.has(key))
      .map(([key, item]) => [key, whole(item, seen, !within && key === 'properties')]),
  )
}

const lines = Object.entries(treeOf(treeOf(document)['paths'])).flatMap(([path, item]) =>
  methods.flatMap((method) => {
    const operation = treeOf(item)[method]
    if (!isTree(operation)) return []
    const replies = Object.fromEntries(
      Object.entries(treeOf(operation['responses'])).map(([status, response]) => {
        const content = treeOf(treeOf(treeOf(whole(response))['content'])['application/json'])
        return [status, status.startsWith('2') ? (content['schema'] ?? null) : null]
      }),
    )
    return [JSON.stringify({ method: method.toUpperCase(), path, replies })]
  }),
)
writeFileSync(target, `[\n${lines.join(',\n')}\n]\n`)
