import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

/** A proxy in front that has checked who somebody is. */
export type TrustedProxy = {
  readonly addresses: readonly string[]
  readonly secret: string
  /** How the headers begin in which it tells of users. */
  readonly header_prefix: string
  /** Header with the certificate of its client: PEM, URL-encoded. */
  readonly certificate_header: string
}

const LEAST_SECRET = 32

/** Whether a request comes from the proxy: from its address, and with its secret. Without a configuration nobody is. */
export function isFromProxy(request: IncomingMessage, { addresses, secret }: TrustedProxy): boolean {
  const shown = request.headers['x-proxy-secret']
  const { remoteAddress } = request.socket
  if (addresses.length === 0 || secret.length < LEAST_SECRET || typeof shown !== 'string' || !remoteAddress)
    return false
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(shown), digest(secret))) return false
  const address = ipaddr.process(remoteAddress)
  return addresses.some((network) => {
    const [base, bits] = rangeOf(network)
    return base.kind() === address.kind() && address.match(base, bits)
  })
}

/** Addresses of a network; one without `/` stands for itself. @throws Error for what is no address */
const rangeOf = (network: string) =>
  ipaddr.parseCIDR(network.includes('/') ? network : `${network}/${network.includes(':') ? 128 : 32}`)

/** @throws Error where a proxy is named and cannot be told from others, before anybody trusts in it */
export function checkProxy({ addresses, secret }: TrustedProxy): void {
  if (addresses.length > 0 && secret.length < LEAST_SECRET) {
    throw new Error(`config.yaml: federation.trusted_proxy.secret has less than ${LEAST_SECRET} letters`)
  }
  for (const network of addresses) {
    try {
      rangeOf(network)
    } catch {
      throw new Error(`config.yaml: federation.trusted_proxy.addresses: ${network} is no address`)
    }
  }
}
