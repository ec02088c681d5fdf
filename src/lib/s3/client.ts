// The part of the S3 API that keeps and gives objects: https://docs.aws.amazon.com/AmazonS3/latest/API/. Names stand in the path, not
// in the host, as every S3 server takes them. What is sent is signed with its hash, so that a byte that changes on the way is found.
import { type IncomingMessage, Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { webcrypto } from 'node:crypto'
import { signEc2 } from '#lib/aws-signature/signature.ts'

/** Where a server is, and as whom to speak to it. */
export type S3Account = {
  /** Scheme and host, perhaps with a port. */
  readonly endpoint: URL
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
  /** PEM of who signed the server's certificate, where the machine does not know them. */
  readonly ca?: string
}

/** An answer that was not a success; `code` is S3's own, empty where there was none. */
export class S3Error extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, what: string) {
    super(`S3 answered ${status} ${code} to ${what}`)
    this.status = status
    this.code = code
  }
}

/** The server did not answer in time, or not at all. */
export class S3SilenceError extends Error {}

export type S3Request = {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Bucket, and key where there is one; neither needs escaping. */
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
}

const SILENCE_MS = 60_000
const TRIES = 4
const MAX_TEXT = 8 * 1024 * 1024
const EMPTY = new Uint8Array(0)

/** A client that keeps its connections; requests are made again where the server fails. */
export const createS3Client = ({ endpoint, region, accessKey, secretKey, ca }: S3Account) => {
  const isSecure = endpoint.protocol === 'https:'
  const options = { keepAlive: true, maxSockets: 32 }
  const agent = isSecure ? new HttpsAgent({ ...options, ...(ca === undefined ? {} : { ca }) }) : new HttpAgent(options)

  const signed = async ({ method, path, params = {}, headers = {}, body = EMPTY }: S3Request) => {
    const hash = Buffer.from(await webcrypto.subtle.digest('SHA-256', body)).toString('hex')
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`
    const names = 'host;x-amz-content-sha256;x-amz-date'
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}`
    const signature = signEc2(secretKey, {
      verb: method,
      host: endpoint.host,
      path,
      params,
      headers: { Authorization: authorization, Host: endpoint.host, 'X-Amz-Date': time, 'X-Amz-Content-Sha256': hash },
      bodyHash: hash,
      isS3: true,
    })
    return {
      ...headers,
      host: endpoint.host,
      'x-amz-date': time,
      'x-amz-content-sha256': hash,
      'content-length': body.length,
      authorization: `${authorization}, Signature=${signature ?? ''}`,
    }
  }

  const once = async (request: S3Request): Promise<IncomingMessage> => {
    const { method, path, params = {}, body = EMPTY } = request
    const query = new URLSearchParams(params).toString().replaceAll('+', '%20')
    const headers = await signed(request)
    return new Promise((resolve, reject) => {
      const send = isSecure ? requestHttps : requestHttp
      const url = new URL(query === '' ? path : `${path}?${query}`, endpoint)
      const sent = send(url, { method, headers, agent }, resolve)
      sent.setTimeout(SILENCE_MS, () => sent.destroy(new S3SilenceError(`${endpoint.host} does not answer`)))
      sent.on('error', (error) =>
        reject(error instanceof S3SilenceError ? error : new S3SilenceError(`${endpoint.host}: ${error.message}`)),
      )
      sent.end(body)
    })
  }

  /**
   * Sends a request, a few times where the server does not answer or fails.
   * @returns the answer, whose body the caller must read or destroy
   * @throws S3Error, S3SilenceError
   */
  const open = async (request: S3Request): Promise<IncomingMessage> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await once(request)
        const status = answer.statusCode ?? 0
        if (status >= 200 && status < 300) return answer
        const text = await textOf(answer)
        throw new S3Error(
          status,
          /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1] ?? '',
          `${request.method} ${request.path}`,
        )
      } catch (error) {
        const isOurs = error instanceof S3Error && error.status < 500 && error.status !== 429
        if (isOurs || tries === TRIES) throw error
        await new Promise((resolve) => setTimeout(resolve, 200 * 2 ** tries))
      }
    }
  }
  return {
    open,
    /** As `open`, for an answer that is a short text. */
    ask: async (request: S3Request): Promise<{ headers: IncomingMessage['headers']; text: string }> => {
      const answer = await open(request)
      return { headers: answer.headers, text: await textOf(answer) }
    },
  }
}

export type S3Client = ReturnType<typeof createS3Client>

const textOf = async (answer: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of answer) {
    if (!Buffer.isBuffer(part)) continue
    length += part.length
    if (length > MAX_TEXT) throw new S3SilenceError('the answer of the S3 server has no end')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}
