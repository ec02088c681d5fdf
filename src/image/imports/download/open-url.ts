// Asks the outside world for data on behalf of a caller, who must not reach through us what only this machine can: every
// address is checked when it is connected to, after names are looked up and again after each redirect.
import { lookup as lookUp } from 'node:dns'
import { get as getHttp, type IncomingMessage } from 'node:http'
import { get as getHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../rules/addresses.ts'
import { type DownloadRules, isNamed, parseDownloadUrl } from '../rules/uri.ts'

const MAX_REDIRECTS = 5
const SILENCE_MS = 60_000
const REDIRECTS: ReadonlySet<number | undefined> = new Set([301, 302, 303, 307, 308])

/** Why nothing can be downloaded, in words for the caller. */
export class DownloadError extends Error {
  /** What the other side answered, where it did. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

export type OpenOptions = {
  readonly signal: AbortSignal
  /** The import method, as messages name it. */
  readonly method: string
  /** Sent to the host of the URL alone: a redirect to another one goes without. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Opens what a URL names.
 * @throws DownloadError; the body throws too where the other side falls silent
 */
export const openUrl = async (text: string, rules: DownloadRules, options: OpenOptions): Promise<IncomingMessage> => {
  let next = text
  const origin = URL.canParse(text) ? new URL(text).origin : ''
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const url = parseDownloadUrl(next, rules)
    if (url === undefined) throw new DownloadError(filtered(next, options.method))
    const response = await ask(url, rules, options.signal, url.origin === origin ? (options.headers ?? {}) : {})
    const { location } = response.headers
    const isPart = response.statusCode === 206 && options.headers?.['range'] !== undefined
    if (response.statusCode === 200 || isPart) return response
    response.destroy()
    if (!REDIRECTS.has(response.statusCode) || location === undefined || !URL.canParse(location, url.href)) {
      throw new DownloadError(`${url.href} answered ${response.statusCode ?? 0}`, response.statusCode)
    }
    next = new URL(location, url.href).href
  }
  throw new DownloadError(`${text} redirects too often`)
}

const filtered = (url: string, method: string): string =>
  `${method === 'web-download' ? '' : 'Processed '}URI for ${method} does not pass filtering: ${url}`

const ask = (
  url: URL,
  rules: DownloadRules,
  signal: AbortSignal,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp
    const request = get(
      url,
      {
        signal,
        agent: false,
        headers: { ...headers, 'accept-encoding': 'identity', 'user-agent': 'glance' },
        ...(isNamed(url, rules) ? {} : { lookup: lookUpPublic }),
      },
      resolve,
    )
    request.setTimeout(SILENCE_MS, () => request.destroy(new DownloadError(`${url.host} does not answer`)))
    request.on('error', (error) =>
      reject(error instanceof DownloadError ? error : new DownloadError(`${url.host}: ${error.message}`)),
    )
  })

/** The addresses of a name, if all of them are public. */
const lookUpPublic: LookupFunction = (hostname, options, done) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, [])
    const refused = addresses.find(({ address }) => !isPublicAddress(address))
    if (refused !== undefined) {
      return done(new DownloadError(`${hostname} has the address ${refused.address}, which is not public`), [])
    }
    const [first] = addresses
    if (options.all === true) return done(null, addresses)
    return done(null, first?.address ?? '', first?.family)
  })
}
