// Signatures of the EC2 and S3 APIs, computed anew from a request and the secret: versions 0, 1, 2 and 4.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html, and keystoneclient/contrib/ec2/utils.py for what OpenStack signs.

import { createHash, createHmac } from 'node:crypto'

type Texts = Readonly<Record<string, string>>

/** A request to an EC2 API, as its server hands it over to be checked. */
export type Ec2Request = {
  readonly verb: string
  readonly host: string
  readonly path: string
  readonly params: Texts
  readonly headers: Texts
  /** SHA-256 of the body, hexadecimal; only version 4 needs it. */
  readonly bodyHash: string
  /** S3 has its parameters in the URL, whatever the verb. */
  readonly isS3?: boolean
}

const sha1 = (key: string, text: string | Uint8Array): string => createHmac('sha1', key).update(text).digest('base64')
const sha256 = (key: string | Buffer, text: string | Uint8Array): Buffer =>
  createHmac('sha256', key).update(text).digest()

/** The signature that the request should have; undefined where it is of no known form. */
export function signEc2(secret: string, request: Ec2Request): string | undefined {
  const { params, verb, host, path } = request
  const { SignatureVersion: version } = params
  if (version === '0') {
    const { Action: action, Timestamp: time } = params
    return action === undefined || time === undefined ? undefined : sha1(secret, action + time)
  }
  if (version === '1') {
    const names = Object.keys(params).sort((a, b) => compare(a.toLowerCase(), b.toLowerCase()))
    return sha1(secret, names.map((name) => name + (params[name] ?? '')).join(''))
  }
  if (version === '2') {
    const query = canonicalQuery({ ...params, SignatureMethod: 'HmacSHA256' })
    return sha256(secret, `${verb}\n${host}\n${path}\n${query}`).toString('base64')
  }
  return isVersion4(request) ? sign4(secret, request) : undefined
}

/** The signature of an S3 request whose server says what was signed: version 1, or 4 of S3, IAM and STS. */
export function signS3(secret: string, signed: Buffer): string | undefined {
  if (signed.subarray(0, 4).toString('latin1') !== 'AWS4') return sha1(secret, signed)
  const lines = signed.toString('latin1').split('\n')
  const [date, region, service, end, ...more] = lines[2]?.split('/') ?? []
  if (lines.length !== 4 || lines[0] !== 'AWS4-HMAC-SHA256' || more.length > 0) return undefined
  if (date === undefined || region === undefined || service === undefined || end !== 'aws4_request') return undefined
  if (!['s3', 'iam', 'sts'].includes(service)) return undefined
  return sha256(key4(secret, date, region, service), signed).toString('hex')
}

const isVersion4 = ({ headers, params }: Ec2Request): boolean =>
  headers['Authorization']?.startsWith('AWS4-HMAC-SHA256') ?? params['X-Amz-Algorithm'] === 'AWS4-HMAC-SHA256'

const key4 = (secret: string, date: string, region: string, service: string): Buffer =>
  sha256(sha256(sha256(sha256(`AWS4${secret}`, date), region), service), 'aws4_request')

function sign4(secret: string, request: Ec2Request): string | undefined {
  const { params, headers, verb, path, bodyHash } = request
  const { Authorization: authorization } = headers
  const parameter = (name: string): string | undefined =>
    authorization === undefined ? params[`X-Amz-${name}`] : after(authorization, `${name}=`).split(',')[0]
  const signedHeaders = parameter('SignedHeaders')
  const [, date, region, service, ...rest] = parameter('Credential')?.split('/') ?? []
  const time = headers['X-Amz-Date'] ?? params['X-Amz-Date']
  if (signedHeaders === undefined || date === undefined || region === undefined || service === undefined)
    return undefined
  if (!time?.startsWith(date)) return undefined
  const canonical = [
    verb.toUpperCase(),
    path,
    // A POST of EC2 has its parameters in the body.
    verb.toUpperCase() === 'POST' && request.isS3 !== true ? '' : canonicalQuery(params),
    canonicalHeaders(headers, signedHeaders),
    signedHeaders,
    bodyHash,
  ].join('\n')
  const hash = createHash('sha256').update(canonical).digest('hex')
  const text = ['AWS4-HMAC-SHA256', time, [date, region, service, ...rest].join('/'), hash].join('\n')
  return sha256(key4(secret, date, region, service), text).toString('hex')
}

function canonicalHeaders(headers: Texts, signed: string): string {
  const known = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase().trim(), value.trim()]))
  const lines = signed.split(';').flatMap((name) => {
    const value = known.get(name)
    return value === undefined ? [] : [`${name}:${value}`]
  })
  return `${lines.join('\n')}\n`
}

const canonicalQuery = (params: Texts): string =>
  Object.keys(params)
    .sort(compare)
    .map((name) => `${encode(name)}=${encode(params[name] ?? '')}`)
    .join('&')

const after = (text: string, mark: string): string => {
  const at = text.indexOf(mark)
  return at < 0 ? '' : text.slice(at + mark.length)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
