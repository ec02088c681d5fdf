// What may stand in the URL of an endpoint (keystone/common/utils.py): `%(name)s` or `$(name)s` for a few names, and `%%`.

const NAMES: ReadonlySet<string> = new Set([
  'tenant_id',
  'project_id',
  'user_id',
  'public_bind_host',
  'admin_bind_host',
  'compute_host',
  'admin_port',
  'public_port',
  'public_endpoint',
  'admin_endpoint',
])

const PLACE = /%%|[%$]\((\w*)\)s|%/g

/** Whether every place in the URL is one that the catalog can fill. */
export function isEndpointUrl(url: string): boolean {
  for (const [text, name] of url.matchAll(PLACE)) {
    if (text === '%' || (name !== undefined && !NAMES.has(name))) return false
  }
  return true
}

/** Ids that stand for the places of a URL; what is null is not known to the token. */
export type UrlValues = { readonly userId: string; readonly projectId: string | null }

/** The URL for one caller; undefined where it has a place for something the token has not (then the catalog leaves it out). */
export function fillUrl(url: string, { userId, projectId }: UrlValues): string | undefined {
  if (!/[%$]/.test(url)) return url
  let missing = false
  const filled = url.replaceAll(PLACE, (text, name: string | undefined) => {
    if (text === '%%') return '%'
    const value = name === 'user_id' ? userId : name === 'project_id' || name === 'tenant_id' ? projectId : null
    missing ||= value === null
    return value ?? ''
  })
  return missing ? undefined : filled
}
