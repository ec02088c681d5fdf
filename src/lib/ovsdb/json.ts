/** What JSON.parse can give. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** Parses text as JSON; throws SyntaxError on anything else. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text)
  return value
}

/** Whether a JSON value is an object (not null, not an array). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
