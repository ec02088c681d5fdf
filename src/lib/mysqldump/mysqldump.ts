// Reads what mysqldump and mariadb-dump write: the rows of INSERT statements, as a stream. Nothing of the dump is ever run.
// Whatever else is in it (locks, triggers, settings, comments) is stepped over; columns come from CREATE TABLE or the INSERT itself.

/** A value of a row: numbers as numbers where they are exact, everything else as text. */
export type DumpValue = string | number | null

/** A row, and the database that `USE` named last (null: none was named). */
export type DumpRow = {
  readonly database: string | null
  readonly table: string
  readonly row: Readonly<Record<string, DumpValue>>
}

/** Text that is no dump of this kind. */
export class InvalidDump extends Error {
  override name = 'InvalidDump'
}

/** The server takes no statement longer than 1 GiB; mysqldump's own are 16 MiB at most. */
const longestStatement = 64 * 1024 * 1024

/** Yields the rows of the wanted tables in the order of the dump. @throws InvalidDump */
export async function* readDump(
  chunks: AsyncIterable<string>,
  wanted: (table: string) => boolean,
): AsyncGenerator<DumpRow> {
  const columns = new Map<string, readonly string[]>()
  let database: string | null = null
  for await (const statement of readStatements(chunks)) {
    const used = /^USE\s+`((?:[^`]|``)+)`$/i.exec(statement)?.[1]
    if (used !== undefined) {
      database = used.replaceAll('``', '`')
      continue
    }
    const [, verb = '', name = ''] =
      /^(CREATE TABLE|(?:INSERT|REPLACE)(?:\s+IGNORE)?\s+INTO)\s+(?:IF NOT EXISTS\s+)?`((?:[^`]|``)+)`/i.exec(
        statement,
      ) ?? []
    const table = name.replaceAll('``', '`')
    if (verb === '' || !wanted(table)) continue
    const place = `${database ?? ''}\0${table}`
    if (/^create/i.test(verb)) columns.set(place, columnsOf(statement))
    else for (const row of rowsOf(statement, table, columns.get(place))) yield { database, table, row }
  }
}

/** Statements without their closing semicolon; comments, the ones that some servers would run among them, are left out. */
export async function* readStatements(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let text = ''
  let at = 0
  for await (const chunk of chunks) {
    text += chunk
    for (;;) {
      const end = endOfStatement(text, at)
      if (end.found === null) {
        // Looked at so far and not in the middle of anything: it is not looked at again.
        at = end.resume
        break
      }
      const statement = withoutComments(text.slice(0, end.found)).trim()
      text = text.slice(end.found + 1)
      at = 0
      if (statement !== '') yield statement
    }
    if (text.length > longestStatement) throw new InvalidDump('a statement is longer than 64 MiB')
  }
  const rest = withoutComments(text).trim()
  if (rest !== '') throw new InvalidDump(`the dump ends in the middle of a statement: ${rest.slice(0, 60)}`)
}

const quotes: ReadonlySet<string> = new Set(["'", '"', '`'])

/** Where the next statement ends, or from where to look on once more text has come. */
function endOfStatement(text: string, from: number): { readonly found: number | null; readonly resume: number } {
  let at = from
  for (;;) {
    const next = nextMark(text, at)
    if (next === -1) return { found: null, resume: Math.max(at, text.length - 2) }
    if (text[next] === ';') return { found: next, resume: 0 }
    const after = skip(text, next)
    if (after === -1) return { found: null, resume: next }
    at = after
  }
}

const marks = /[;'"`#]|--[\s]|\/\*/g
function nextMark(text: string, from: number): number {
  marks.lastIndex = from
  return marks.exec(text)?.index ?? -1
}

/** Index behind the quoted text or comment that begins at `at`; -1 where its end has not come yet. */
function skip(text: string, at: number): number {
  const mark = text[at] ?? ''
  if (quotes.has(mark)) return endOfQuote(text, at)
  if (mark === '/') {
    const end = text.indexOf('*/', at + 2)
    return end === -1 ? -1 : end + 2
  }
  const end = text.indexOf('\n', at)
  return end === -1 ? -1 : end + 1
}

/** `whole`: nothing comes behind the text, so that a quote at its end is the end. */
function endOfQuote(text: string, at: number, whole = false): number {
  const quote = text[at]
  for (let index = at + 1; index < text.length; index += 1) {
    const letter = text[index]
    if (letter === '\\' && quote !== '`') index += 1
    else if (letter === quote) {
      // The next letter decides whether it is a doubled quote: it must be there.
      if (index + 1 >= text.length && !whole) return -1
      if (text[index + 1] !== quote) return index + 1
      index += 1
    }
  }
  return -1
}

function withoutComments(statement: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const next = nextMark(statement, at)
    if (next === -1) return out + statement.slice(at)
    const end = skip(statement, next)
    const behind = end === -1 ? statement.length : end
    out += quotes.has(statement[next] ?? '') ? statement.slice(at, behind) : statement.slice(at, next)
    at = behind
  }
}

/** The columns of a CREATE TABLE: every line of it that begins with a quoted name. */
const columnsOf = (statement: string): string[] =>
  [...statement.matchAll(/^\s*`((?:[^`]|``)+)`\s+\w/gm)].map(([, name = '']) => name.replaceAll('``', '`'))

function* rowsOf(
  statement: string,
  table: string,
  known: readonly string[] | undefined,
): Generator<Readonly<Record<string, DumpValue>>> {
  const head = /^\w+(?:\s+IGNORE)?\s+INTO\s+`(?:[^`]|``)+`\s*(\([^)]*\))?\s*VALUES\s*/i.exec(statement)
  if (head === null) throw new InvalidDump(`an INSERT into ${table} without VALUES`)
  const named = head[1] === undefined ? known : [...head[1].matchAll(/`((?:[^`]|``)+)`/g)].map(([, name = '']) => name)
  if (named === undefined) throw new InvalidDump(`the columns of ${table} are not known: dump with CREATE TABLE`)
  const values = valuesOf(statement, head[0].length, table)
  for (const row of values) {
    if (row.length !== named.length)
      throw new InvalidDump(`a row of ${table} has ${row.length} values for ${named.length} columns`)
    yield Object.fromEntries(named.map((name, index) => [name, row[index] ?? null]))
  }
}

/** `(1,'a',NULL),(…)` */
function* valuesOf(text: string, from: number, table: string): Generator<DumpValue[]> {
  const misshapen = (at: number) => new InvalidDump(`a value of ${table} cannot be read: ${text.slice(at, at + 40)}`)
  const space = /\s*/y
  let at = from
  const step = () => {
    space.lastIndex = at
    space.exec(text)
    at = space.lastIndex
  }
  for (;;) {
    step()
    if (text[at] !== '(') throw misshapen(at)
    const row: DumpValue[] = []
    do {
      at += 1
      step()
      const value = valueAt(text, at)
      if (value === undefined) throw misshapen(at)
      row.push(value.value)
      at = value.end
      step()
    } while (text[at] === ',')
    if (text[at] !== ')') throw misshapen(at)
    at += 1
    yield row
    step()
    if (at >= text.length) return
    if (text[at] !== ',') throw misshapen(at)
    at += 1
  }
}

const plain = /NULL|true|false|0x[0-9a-fA-F]*|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y
const charset = /_[a-z0-9]+\s*/y

function valueAt(text: string, from: number): { readonly value: DumpValue; readonly end: number } | undefined {
  // `_binary 'x'` and its like.
  charset.lastIndex = from
  const at = charset.test(text) ? charset.lastIndex : from
  if (text[at] === "'" || text[at] === '"') {
    const end = endOfQuote(text, at, true)
    return end === -1 ? undefined : { value: unquote(text.slice(at + 1, end - 1), text[at] ?? ''), end }
  }
  plain.lastIndex = at
  const [word] = plain.exec(text) ?? []
  if (word === undefined) return undefined
  return { value: plainValue(word), end: plain.lastIndex }
}

function plainValue(word: string): DumpValue {
  if (word === 'NULL') return null
  if (word === 'true') return 1
  if (word === 'false') return 0
  if (word.startsWith('0x')) return Buffer.from(word.slice(2), 'hex').toString('utf8')
  const number = Number(word)
  return Number.isSafeInteger(number) || word.includes('.') ? number : word
}

const escapes: Readonly<Record<string, string>> = { 0: '\0', b: '\b', n: '\n', r: '\r', t: '\t', Z: '\x1a' }

function unquote(inner: string, quote: string): string {
  if (!inner.includes('\\') && !inner.includes(quote)) return inner
  return inner.replaceAll(/\\([\s\S])|''|""/g, (pair, escaped: string | undefined) => {
    if (escaped !== undefined) return escapes[escaped] ?? escaped
    return pair[0] === quote ? quote : pair
  })
}
