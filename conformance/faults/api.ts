// The APIs as bare HTTP: what is timed to the millisecond cannot wait for a client to start.
import type { Cloud } from '../cloud.ts'

/** An answer; `body` is what its JSON says, or its text. */
export type Answer = { readonly status: number; readonly body: unknown }

/** Calls the services of a cloud as its administrator. Paths begin with the service: `compute/servers`. */
export type Api = {
  readonly call: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** A call that must succeed; gives what stands under the key of its body. */
  readonly take: (method: string, path: string, key: string, body?: unknown) => Promise<Row>
  /** A list under the key. */
  readonly list: (path: string, key: string) => Promise<readonly Row[]>
  /** Sends a file, no faster than `rate` bytes a second; resolves when curl has ended, well or not. */
  readonly upload: (path: string, file: string, rate: number, seconds: number) => Promise<void>
}

export type Row = Readonly<Record<string, unknown>>
export const isRow = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const ports: Readonly<Record<string, string>> = {
  compute: 'http://127.0.0.1:8774/v2.1',
  network: 'http://127.0.0.1:9696/v2.0',
  image: 'http://127.0.0.1:9292/v2',
  placement: 'http://127.0.0.1:8778',
}

const urlOf = (path: string): string => {
  const [service = '', ...rest] = path.split('/')
  const root = ports[service]
  if (root === undefined) throw new Error(`no such service: ${path}`)
  return `${root}/${rest.join('/')}`
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return text
  }
}

/** Gets a token, and gives the calls that use it. */
export async function createApi(cloud: Cloud): Promise<Api> {
  const issued = await cloud.run(['openstack', 'token', 'issue', '-f', 'value', '-c', 'id'])
  const auth = ['-H', `X-Auth-Token: ${issued.stdout.trim()}`]
  const call: Api['call'] = async (method, path, body) => {
    const json =
      body === undefined ? [] : ['-H', 'Content-Type: application/json', '--data-binary', JSON.stringify(body)]
    const argv = ['curl', '-sS', '-m', '60', '-X', method, ...auth, ...json, '-w', '\n%{http_code}', urlOf(path)]
    const { stdout } = await cloud.run(argv)
    const cut = stdout.lastIndexOf('\n')
    return { status: Number(stdout.slice(cut + 1)), body: parse(stdout.slice(0, cut)) }
  }
  const under = (what: string, answer: Answer, key: string): unknown => {
    if (answer.status >= 200 && answer.status < 300 && isRow(answer.body)) return answer.body[key]
    throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`)
  }
  return {
    call,
    take: async (method, path, key, body) => {
      const value = under(`${method} ${path}`, await call(method, path, body), key)
      if (!isRow(value)) throw new Error(`${method} ${path} gave no ${key}`)
      return value
    },
    list: async (path, key) => {
      const value = under(`GET ${path}`, await call('GET', path), key)
      if (!Array.isArray(value)) throw new Error(`GET ${path} gave no ${key}`)
      return value.filter(isRow)
    },
    upload: async (path, file, rate, seconds) => {
      const type = ['-H', 'Content-Type: application/octet-stream', '--limit-rate', String(rate)]
      await cloud.run(['curl', '-sS', '-m', String(seconds), '-T', file, ...auth, ...type, urlOf(path)])
    },
  }
}
