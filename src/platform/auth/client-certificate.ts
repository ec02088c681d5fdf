// Certificates of clients (RFC 8705): the proxy in front has checked that a client holds the key of one, and hands it on.
import { createHash, X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isFromProxy, type TrustedProxy } from '../http/trusted-proxy.ts'
import type { Caller } from './caller.ts'

const MOST_LETTERS = 16_384

/** What the proxy says is the certificate of its client: PEM in URL encoding; undefined: there is none, or nobody to be believed. */
export function certificateHeaderOf(request: IncomingMessage, proxy: TrustedProxy): string | undefined {
  const header = request.headers[proxy.certificate_header.toLowerCase()]
  if (typeof header !== 'string' || header === '' || !isFromProxy(request, proxy)) return undefined
  return header
}

/** The certificate, where it is one and good at that time. */
export function readCertificate(header: string, now: number): X509Certificate | undefined {
  if (header.length > MOST_LETTERS) return undefined
  try {
    const certificate = new X509Certificate(decodeURIComponent(header))
    const { validFrom, validTo } = certificate
    return Date.parse(validFrom) <= now && now <= Date.parse(validTo) ? certificate : undefined
  } catch {
    return undefined
  }
}

/** `x5t#S256` as Keystone makes it: of the text, which is the same for every certificate that was written anew; padded. */
export function thumbprintOf(certificate: X509Certificate): string {
  const digest = createHash('sha256').update(certificate.toString()).digest('base64')
  return digest.replaceAll('+', '-').replaceAll('/', '_')
}

/**
 * Whether a token that was given for a certificate comes with that certificate; for every other token it is true.
 * @param proxy null: nobody asks for certificates
 */
export function showsCertificate(
  { token }: Caller,
  request: IncomingMessage,
  proxy: TrustedProxy | null,
  now: number,
): boolean {
  const wanted = token?.thumbprint ?? null
  if (wanted === null || proxy === null) return true
  const header = certificateHeaderOf(request, proxy)
  const certificate = header === undefined ? undefined : readCertificate(header, now)
  return certificate !== undefined && thumbprintOf(certificate) === wanted
}
