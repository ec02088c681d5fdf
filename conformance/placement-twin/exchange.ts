// One request to each of two services, and how their answers differ.
import { Agent, type IncomingHttpHeaders, request } from 'node:http'

/** A service to compare: where it listens and how to be an administrator there. */
export type Side = { readonly port: number; readonly headers: Readonly<Record<string, string>> }

/** What is sent; a body that is text goes as it is. */
export type Question = {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export type Reply = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly text: string }

const agent = new Agent({ keepAlive: true })

/** Sends it to one side, with nothing but the headers given. */
export function send({ port, headers }: Side, { method, path, body, headers: own }: Question): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const sent = {
    ...headers,
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
    ...own,
  }
  // An empty header stands for none at all.
  const given = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''))
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers: given, agent }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      )
      answer.on('error', reject)
    })
    call.on('error', reject)
    call.end(text)
  })
}

/** Headers that both must send alike. */
const compared = ['content-type', 'cache-control', 'location', 'allow', 'vary', 'openstack-api-version'] as const
/** Headers that Placement forgets on some errors: there, one more does no harm. */
const forgotten = new Set<string>(['vary', 'openstack-api-version'])
/** Headers of which only the presence can be alike. */
const present = ['last-modified', 'x-openstack-request-id'] as const

/** What must be alike in the two answers, as text; `model` is the answer that is right. */
export function essence({ status, headers, text }: Reply, { port }: Side, model: Reply): string {
  const names = compared.filter((name) => !forgotten.has(name) || model.headers[name] !== undefined)
  const lines = [
    String(status),
    ...names.map(
      (name) =>
        `${name}: ${String(headers[name] ?? '-')
          .split(', ')
          .toSorted()
          .join()}`,
    ),
    ...present.map((name) => `${name}: ${headers[name] === undefined ? '-' : 'present'}`),
    bodyOf(text),
  ]
  return lines.join('\n').replaceAll(`http://127.0.0.1:${port}`, '')
}

function bodyOf(text: string): string {
  try {
    return JSON.stringify(ordered(JSON.parse(text)))
  } catch {
    return clean(text)
  }
}

/** Lists and keys in one order, because Python's sets and database rows have none; and without what is random. */
function ordered(value: unknown): unknown {
  if (typeof value === 'string') return clean(value)
  if (Array.isArray(value)) {
    return value.map((item) => JSON.stringify(ordered(item))).toSorted()
  }
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, ordered(item)]),
  )
}

/** Without what is Python's own: dumps of schemas, words of its databases, ids of requests. */
const clean = (text: string): string =>
  text
    .trimEnd()
    .replace(/\s+Failed validating.*?(?=\s+<\/body>|$)/s, '')
    .replace(/(Update conflict): .*|(?<=version string: [^;]*);.*/s, '$1')
    .replace(/req-[0-9a-f-]{36}/, 'req')
