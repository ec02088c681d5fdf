// What Python's json module says of a text that is no JSON: OpenStack passes it on to its users. Source: CPython, Modules/_json.c.

const SPACE = /[ \t\n\r]*/y
const LITERAL = /null|true|false|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const ESCAPES = new Set('"\\/bfnrt')

class Complaint extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

/**
 * `Expecting value: line 1 column 1 (char 0)` and the like; undefined where Python finds nothing wrong.
 * Takes no stack for what is nested, and time in proportion to the text.
 */
export function jsonComplaint(text: string): string | undefined {
  try {
    scan(text)
    return undefined
  } catch (error) {
    if (!(error instanceof Complaint)) throw error
    const before = text.slice(0, error.at)
    // Python counts characters, not the halves of those beyond U+FFFF.
    const length = (part: string): number => part.length - (part.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0)
    const line = before.split('\n').length
    const column = length(before.slice(before.lastIndexOf('\n') + 1)) + 1
    return `${error.message}: line ${line} column ${column} (char ${length(before)})`
  }
}

const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : at
}

/** @throws Complaint */
function scan(text: string): void {
  const open: ('{' | '[')[] = []
  const skip = (at: number): number => endOf(SPACE, text, at)
  /** Past a name and its colon, at the value. */
  const pastName = (at: number): number => {
    if (text[at] !== '"') throw new Complaint('Expecting property name enclosed in double quotes', at)
    const colon = skip(endOfString(text, at))
    if (text[colon] !== ':') throw new Complaint("Expecting ':' delimiter", colon)
    return skip(colon + 1)
  }
  let at = skip(0)
  for (;;) {
    // A value stands here, or begins.
    const first = text[at]
    if (first === '{' || first === '[') {
      at = skip(at + 1)
      if (text[at] !== (first === '{' ? '}' : ']')) {
        open.push(first)
        if (first === '{') at = pastName(at)
        continue
      }
      at += 1
    } else if (first === '"') at = endOfString(text, at)
    else {
      const end = endOf(LITERAL, text, at)
      if (end === at) throw new Complaint('Expecting value', at)
      at = end
    }
    // It has ended, and with it perhaps what it stands in.
    at = skip(at)
    while (open.length > 0 && text[at] === (open.at(-1) === '{' ? '}' : ']')) {
      open.pop()
      at = skip(at + 1)
    }
    const inside = open.at(-1)
    if (inside === undefined) break
    if (text[at] !== ',') throw new Complaint("Expecting ',' delimiter", at)
    at = skip(at + 1)
    if (inside === '{') at = pastName(at)
  }
  if (at !== text.length) throw new Complaint('Extra data', at)
}

/** Behind the closing quote of the string that begins here. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at += 1) {
    const char = text[at] ?? ''
    if (char === '"') return at + 1
    if (char <= '\u001f') throw new Complaint('Invalid control character at', at)
    if (char !== '\\' || at + 1 === text.length) continue
    at += 1
    const escape = text[at] ?? ''
    if (escape === 'u') {
      // The string must go on behind the four digits.
      if (at + 5 >= text.length || !/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) {
        throw new Complaint('Invalid \\uXXXX escape', at)
      }
      at += 4
    } else if (!ESCAPES.has(escape)) throw new Complaint('Invalid \\escape', at - 1)
  }
  throw new Complaint('Unterminated string starting at', begin)
}
