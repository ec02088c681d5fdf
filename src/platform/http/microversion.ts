import { badRequest, type CloudError, notAcceptable } from '../errors.ts'

/** The microversions of a service; only the minor number ever moves. */
export type Microversions = {
  /** Name in `OpenStack-API-Version: <name> 2.79`. */
  readonly name: string
  readonly major: number
  readonly min: number
  readonly max: number
  /** Header of the time before the common one, answered as well: `X-OpenStack-Nova-API-Version`. */
  readonly legacyHeader?: string
  /** What the service says where a version is out of range; the plain message where absent. */
  readonly outOfRange?: (given: string, versions: Microversions) => CloudError
  readonly malformed?: (given: string) => CloudError
}

type Headers = Readonly<Record<string, string | string[] | undefined>>
const text = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(',') : value

/** `2.79`. */
export const versionText = (versions: Microversions, minor: number): string => `${versions.major}.${minor}`

/**
 * The minor version that a request asks for; the oldest where it asks for none.
 * @throws notAcceptable out of range; badRequest where it is no version at all
 */
export function negotiate(versions: Microversions, headers: Headers): number {
  const given = requested(versions, headers)
  if (given === undefined) return versions.min
  if (given === 'latest') return versions.max
  const match = /^([1-9]\d*)\.([1-9]\d*|0)$/.exec(given)
  if (!match) {
    throw (
      versions.malformed?.(given) ??
      badRequest(`API Version String ${given} is of invalid format. Must be of format MajorNum.MinorNum.`)
    )
  }
  const minor = Number(match[2])
  if (Number(match[1]) !== versions.major || minor < versions.min || minor > versions.max) {
    throw (
      versions.outOfRange?.(given, versions) ??
      notAcceptable(
        `Version ${given} is not supported by the API. Minimum is ${versionText(versions, versions.min)} and maximum is ${versionText(versions, versions.max)}.`,
      )
    )
  }
  return minor
}

function requested(versions: Microversions, headers: Headers): string | undefined {
  const common = text(headers['openstack-api-version'])
  for (const part of common?.split(',') ?? []) {
    const [name, version] = part.trim().split(/\s+/)
    if (name?.toLowerCase() === versions.name && version !== undefined) return version.toLowerCase()
  }
  return versions.legacyHeader ? text(headers[versions.legacyHeader.toLowerCase()])?.trim().toLowerCase() : undefined
}
