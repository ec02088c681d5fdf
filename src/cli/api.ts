// The cloud's own APIs, as its administrator asks them: for commands that do what any client could.
import { readFile } from 'node:fs/promises'
import { readConfig } from '#platform/config.ts'
import { urlHost } from './services.ts'
import type { StatePaths } from './state/paths.ts'
import { CommandError, type Terminal } from './terminal.ts'

export type ApiAnswer = { readonly status: number; readonly body: unknown }

/** What a request carries: JSON, or bytes. */
export type ApiRequest = { readonly json?: unknown; readonly bytes?: AsyncIterable<Uint8Array> }

/** Asks one service; every status is an answer. */
export type Api = (method: string, path: string, request?: ApiRequest) => Promise<ApiAnswer>

const DAY_S = 86_400

/**
 * Logs in as the administrator and gives a way to ask a service.
 * @throws CommandError where no cloud answers
 */
export async function openApi(paths: StatePaths, type: 'image', terminal: Terminal): Promise<Api> {
  const config = readConfig(paths.directory)
  const urlOf = (service: string, port: number): string =>
    `http://${urlHost(config.address)}:${config.ports[service] ?? port}`
  const password = await readFile(paths.adminPassword, 'utf8').catch(() => {
    throw new CommandError(terminal.text.notUp(paths.directory))
  })
  const domain = { id: 'default' }
  const user = { name: 'admin', domain, password: password.trimEnd() }
  const scope = { project: { name: 'admin', domain } }
  const body = { auth: { identity: { methods: ['password'], password: { user } }, scope } }
  let token: { readonly value: string; readonly until: number } | undefined
  const login = async (): Promise<string> => {
    if (token !== undefined && token.until > Date.now()) return token.value
    const answer = await fetch(`${urlOf('identity', 5000)}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => undefined)
    const value = answer?.headers.get('x-subject-token')
    if (value === null || value === undefined) throw new CommandError(terminal.text.noController)
    // Well before it expires.
    token = { value, until: Date.now() + Math.min(DAY_S, config.token_expiration_s / 2) * 1000 }
    return value
  }
  return async (method, path, { json, bytes } = {}) => {
    const contentType = bytes === undefined ? 'application/json' : 'application/octet-stream'
    const response = await fetch(`${urlOf(type, 9292)}${path}`, {
      method,
      headers: { 'x-auth-token': await login(), accept: 'application/json', 'content-type': contentType },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(bytes === undefined ? {} : { body: bytes, duplex: 'half' }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    const parsed: unknown = isJson && text !== '' ? JSON.parse(text) : text
    return { status: response.status, body: parsed }
  }
}
