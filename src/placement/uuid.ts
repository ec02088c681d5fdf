/** Whether the text is a UUID in any of the notations Python's uuid module reads (braces, urn:uuid:, no hyphens). */
export const isUuidLike = (text: string): boolean => /^[0-9a-f]{32}$/i.test(digitsOf(text))

/** The UUID in its usual notation: lower case, with hyphens. */
export const dashedUuid = (text: string): string =>
  digitsOf(text)
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

const digitsOf = (text: string): string =>
  text
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '')
