import { badRequest, notAcceptable } from '#platform/errors.ts'
import { type Microversions, versionText } from '#platform/http/microversion.ts'

/** Placement 1.0 to 1.39. A version out of range is 406, text that is no version 400. */
export const placementVersions: Microversions = {
  name: 'placement',
  major: 1,
  min: 0,
  max: 39,
  outOfRange: (given, versions) => unacceptable(given, versions),
  malformed: (given) =>
    /^-?\d+\.-?\d+$/.test(given)
      ? unacceptable(given, placementVersions)
      : badRequest(`Invalid microversion: invalid version string: ${given}`),
}

const unacceptable = (given: string, versions: Microversions) =>
  notAcceptable(`Invalid microversion: Unacceptable version header: ${given}`, {
    extra: { max_version: versionText(versions, versions.max), min_version: versionText(versions, versions.min) },
  })

/** Minor versions that changed more than one resource. */
export const CACHE_HEADERS = 15
export const ERROR_CODES = 23
