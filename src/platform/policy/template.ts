/**
 * The right-hand side of a check: text with `%(key)s` places filled from the target, as Python's `%` fills them.
 * A key that the target lacks makes the check false, never an error.
 */
export type Template = {
  /** Target keys it mentions, in order. */
  readonly keys: readonly string[]
  /** Text around the keys: always one more than there are keys. */
  readonly texts: readonly string[]
}

/** What a check is about: flat (`'target.user.id'`) or nested (`{ target: { user: { id } } }`) keys, or both. */
export type Target = Readonly<Record<string, unknown>>

export function parseTemplate(text: string): Template {
  const keys: string[] = []
  const texts: string[] = []
  let rest = 0
  for (const place of text.matchAll(/%\(([^)]*)\)s/g)) {
    texts.push(text.slice(rest, place.index).replaceAll('%%', '%'))
    keys.push(place[1] ?? '')
    rest = place.index + place[0].length
  }
  texts.push(text.slice(rest).replaceAll('%%', '%'))
  return { keys, texts }
}

/** Compiles a template to a function that gives its text for a target, or undefined where a key is missing. */
export function compileTemplate({ keys, texts }: Template): (target: Target) => string | undefined {
  const [key] = keys
  const constant = texts[0] ?? ''
  if (key === undefined) return () => constant
  if (keys.length === 1 && constant === '' && texts[1] === '') {
    const read = compileTargetKey(key)
    return (target) => pythonText(read(target))
  }
  const reads = keys.map(compileTargetKey)
  return (target) => {
    let text = constant
    for (let i = 0; i < reads.length; i++) {
      const value = pythonText(reads[i]?.(target))
      if (value === undefined) return undefined
      text += value + (texts[i + 1] ?? '')
    }
    return text
  }
}

function compileTargetKey(key: string): (target: Target) => unknown {
  const path = key.split('.')
  if (path.length === 1) return (target) => target[key]
  return (target) => {
    const flat = target[key]
    if (flat !== undefined) return flat
    let value: unknown = target
    for (const name of path) {
      if (!isRecord(value)) return undefined
      value = value[name]
    }
    return value
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as Python's `str` writes it, because rules compare with `True`, `None` and numbers; undefined for what has no plain text. */
export function pythonText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (value === null) return 'None'
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (typeof value === 'number') return String(value)
  return undefined
}
