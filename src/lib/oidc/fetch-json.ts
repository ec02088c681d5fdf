// Requests to a provider: to its own origins alone, without redirects, within a time and a size.

const MOST_BYTES = 262_144
const MOST_MS = 5_000

/** The provider does not answer, or not as it should: nobody's login can be checked now. */
export class OidcUnavailable extends Error {
  override name = 'OidcUnavailable'
}

/** What was shown is no good. */
export class OidcRefusal extends Error {
  override name = 'OidcRefusal'
}

export type JsonRequest = {
  readonly url: string
  /** Origins that may be asked. */
  readonly origins: ReadonlySet<string>
  readonly headers?: Readonly<Record<string, string>>
  /** A form to post; absent: GET. */
  readonly form?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

export type JsonObject = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * The JSON object that a provider answers.
 * Throws OidcRefusal where it says no (4xx), OidcUnavailable for every other failure.
 */
export async function fetchJson({ url, origins, headers, form, timeoutMs }: JsonRequest): Promise<JsonObject> {
  if (!URL.canParse(url) || !origins.has(new URL(url).origin)) {
    throw new OidcUnavailable(`${url} is not on an origin of the provider`)
  }
  let status: number
  let text: string
  try {
    const response = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs ?? MOST_MS),
      headers: { accept: 'application/json', ...headers },
      ...(form ? { body: new URLSearchParams(form) } : {}),
    })
    status = response.status
    text = await readText(response)
  } catch (error) {
    throw error instanceof OidcUnavailable ? error : new OidcUnavailable(`${url} does not answer`, { cause: error })
  }
  if (status >= 400 && status < 500) throw new OidcRefusal(`${url} answers ${status}`)
  const value = status === 200 ? jsonOf(text) : undefined
  if (!isObject(value)) throw new OidcUnavailable(`${url} answers ${status} and no JSON object`)
  return value
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MOST_BYTES) throw new OidcUnavailable(`${response.url} answers more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
