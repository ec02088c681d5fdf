import { isIP } from 'node:net'
import { isPublicAddress } from './addresses.ts'

/** What an operator lets imports reach beside the public internet: `host` or `host:port`. */
export type DownloadRules = { readonly hosts: ReadonlySet<string> }

const PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** The address of a URL without the brackets of IPv6. */
export const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').toLowerCase()

/** Whether the operator named the host, so that neither its address nor its port matters. */
export const isNamed = (url: URL, { hosts }: DownloadRules): boolean =>
  hosts.has(hostOf(url)) || hosts.has(`${hostOf(url)}:${url.port || (PORTS[url.protocol] ?? '')}`)

/**
 * The URL, if an import may ask for it: http or https, on its usual port, not at an address that is not public. Where a
 * name leads is found when it is looked up.
 */
export const parseDownloadUrl = (text: string | undefined, rules: DownloadRules): URL | undefined => {
  if (text === undefined || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (!Object.hasOwn(PORTS, url.protocol) || url.hostname === '') return undefined
  if (isNamed(url, rules)) return url
  if (url.port !== '' && !Object.values(PORTS).includes(url.port)) return undefined
  return isIP(hostOf(url)) !== 0 && !isPublicAddress(hostOf(url)) ? undefined : url
}
