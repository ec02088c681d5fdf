// Lists of texts as Python writes and reads them: Keystone's mappings hand several values on in that form (`{0}` becomes `['a', 'b']`).

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const UNESCAPED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

/** `repr()` of a text. */
function writeText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const body = text.replace(/[\\\n\r\t]/g, (letter) => ESCAPES[letter] ?? letter)
  return `${quote}${quote === "'" ? body.replaceAll("'", "\\'") : body}${quote}`
}

/** `['a', 'b']` */
export const writeTexts = (texts: readonly string[]): string => `[${texts.map(writeText).join(', ')}]`

/** The texts of such a list; undefined where it is none. */
export function readTexts(list: string): string[] | undefined {
  const [, body] = /^\s*\[(.*)\]\s*$/s.exec(list) ?? []
  if (body === undefined) return undefined
  const texts: string[] = []
  const item = /\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)")\s*(,|$)/sy
  let ended = /^\s*$/.test(body)
  while (!ended) {
    const match = item.exec(body)
    if (!match) return undefined
    texts.push((match[1] ?? match[2] ?? '').replace(/\\(.)/gs, (_, letter: string) => UNESCAPED[letter] ?? letter))
    // Python allows a comma after the last one.
    ended = /^\s*$/.test(body.slice(item.lastIndex))
    if (!ended && match[3] !== ',') return undefined
  }
  return texts
}
