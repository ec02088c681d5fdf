// Bodies that are no JSON: forms and envelopes.

import type { Readable } from 'node:stream'

/** The text of a body; undefined where it is longer than so many bytes. */
export async function readBody(stream: Readable, mostBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  // The request lives on, though nobody reads the rest of it: it gets an answer.
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > mostBytes) return undefined
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
