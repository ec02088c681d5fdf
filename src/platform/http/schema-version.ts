// One schema serves every microversion: a property carries the minor version that brought it (`since`) or last had it (`until`).
import type { TSchema } from 'typebox'

/** Marks for a schema: `Type.String({ ...since(52) })`. A property outside its versions does not exist. */
export const since = (minor: number) => ({ 'x-since': minor })
export const until = (minor: number) => ({ 'x-until': minor })

/** A copy of a shared schema with marks of its own. */
export const marked = <T extends TSchema>(schema: T, marks: object): T => Object.assign({}, schema, marks)

type Node = Readonly<Record<string, unknown>>
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const minorOf = (node: unknown, mark: string, absent: number): number => {
  const value = isNode(node) ? node[mark] : undefined
  return typeof value === 'number' ? value : absent
}

/** The versions where the schema changes, ascending. */
export function boundaries(schema: TSchema): number[] {
  const found = new Set<number>()
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk)
    if (!isNode(value)) return
    const first = minorOf(value, 'x-since', -1)
    const last = minorOf(value, 'x-until', -1)
    if (first >= 0) found.add(first)
    if (last >= 0) found.add(last + 1)
    Object.values(value).forEach(walk)
  }
  walk(schema)
  return [...found].sort((a, b) => a - b)
}

/** The schema as it stands at a minor version: properties and alternatives of other versions are gone, and not required. */
export function at(schema: TSchema, minor: number): Node {
  const lives = (node: unknown) =>
    minorOf(node, 'x-since', 0) <= minor && minor <= minorOf(node, 'x-until', Number.MAX_SAFE_INTEGER)
  const cut = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter(lives).map(cut)
    if (!isNode(value)) return value
    const copy: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) if (key !== 'x-since' && key !== 'x-until') copy[key] = cut(item)
    const { properties } = value
    if (isNode(properties)) {
      const alive = Object.entries(properties).filter(([, node]) => lives(node))
      copy['properties'] = Object.fromEntries(alive.map(([name, node]) => [name, cut(node)]))
      const gone = new Set(Object.keys(properties).filter((name) => !lives(properties[name])))
      const { required } = value
      if (Array.isArray(required)) copy['required'] = required.filter((name) => !gone.has(String(name)))
    }
    const { anyOf, ...rest } = copy
    // A union that has one alternative left is that alternative.
    return Array.isArray(anyOf) && anyOf.length === 1 && isNode(anyOf[0]) ? { ...rest, ...anyOf[0] } : copy
  }
  const whole = cut(schema)
  return isNode(whole) ? whole : {}
}
