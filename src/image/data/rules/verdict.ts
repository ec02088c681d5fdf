import { INCOMPLETE, INSPECTABLE_FORMATS, type Inspection } from '#lib/image-format/inspect.ts'

/** What inspection makes of an upload: the size of the disk inside (null: not known), or why it is refused. */
export type Verdict = { readonly virtualSize: number | null } | { readonly refusal: string }

/**
 * Holds the data to the format the image says it has. Data declared raw may be anything, since it is only ever used as
 * raw; a format nothing can inspect passes if the data is not recognised as something else.
 * Source of the rules and the words: glance/location.py.
 */
export const judge = (declared: string | null, inspection: Inspection): Verdict => {
  const { format, formats, problems, virtualSize, actualSize } = inspection
  if (format === undefined) return { refusal: `Multiple formats detected: ${formats.join(',')}` }
  const isOpaque = format === 'raw' && declared !== null && !INSPECTABLE_FORMATS.has(declared)
  if (format !== declared && !isOpaque && declared !== 'raw') {
    return { refusal: `Image disk_format ${declared ?? 'None'} does not match stream data ${format}` }
  }
  if (problems.some(({ check }) => check === INCOMPLETE)) {
    return { refusal: 'Incomplete file cannot be safety checked' }
  }
  if (problems.length > 0) return { refusal: 'Image failed safety checks' }
  if (isOpaque) return { virtualSize: null }
  const size = declared === 'raw' ? actualSize : virtualSize
  return { virtualSize: size === 0 ? null : size }
}
