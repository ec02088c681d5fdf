import { badRequest, type CloudError } from '#platform/errors.ts'
import type { ByteRange } from '../../drivers/driver.ts'
import { detailed } from '../../errors.ts'

/**
 * The part of the data that the headers ask for; undefined: all of it. Glance takes `Content-Range` in a request as well.
 * @throws badRequest (several ranges), rangeNotSatisfiable
 */
export const parseRange = (
  range: string | undefined,
  contentRange: string | undefined,
  size: number,
): ByteRange | undefined => {
  // A header without a value counts for nothing.
  if (range) return parseByteRange(range, size)
  if (contentRange) return parseContentRange(contentRange, size)
  return undefined
}

const unsatisfiable = (message: string): CloudError => detailed('rangeNotSatisfiable', message)

const parseByteRange = (text: string, size: number): ByteRange => {
  if (text.includes(',')) {
    throw badRequest(
      'Requests with multiple ranges are not supported in Glance. You may make multiple single-range requests instead.',
    )
  }
  const [, first = '', last = ''] = /^bytes *= *(\d*) *- *(\d*)/i.exec(text) ?? []
  if (first === '' && last === '') throw unsatisfiable('Invalid Range header.')
  // A suffix: the last so many bytes, or all of them where there are not so many; of no bytes Glance makes all, too.
  if (first === '') return { start: Number(last) === 0 ? 0 : Math.max(0, size - Number(last)), end: size - 1 }
  const start = Number(first)
  if (last !== '' && Number(last) < start) throw unsatisfiable('Invalid Range header.')
  if (start >= size) {
    throw unsatisfiable(
      `Invalid start position in Range header. Start position MUST be in the inclusive range [0, ${size - 1}].`,
    )
  }
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

const parseContentRange = (text: string, size: number): ByteRange => {
  const [, first, last, length] = /^bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(text) ?? []
  if (first === undefined || last === undefined || Number(last) < Number(first) || Number(last) >= Number(length)) {
    throw unsatisfiable('Invalid Content-Range header.')
  }
  if (length === '*' && Number(last) + 1 > size) {
    throw unsatisfiable(
      `Invalid stop position in Content-Range header. The stop position MUST be in the inclusive range [0, ${size - 1}].`,
    )
  }
  if (Number(first) >= size) {
    throw unsatisfiable(
      `Invalid start position in Content-Range header. Start position MUST be in the inclusive range [0, ${size - 1}].`,
    )
  }
  return { start: Number(first), end: Math.min(Number(last), size - 1) }
}
