// OVSDB puts JSON texts one after the other on the stream, with nothing between them: where a message ends is known only
// by counting braces outside strings. Each byte is looked at once, and an unfinished message may not grow past a limit.
import { StringDecoder } from 'node:string_decoder'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/** Thrown when the peer sends what cannot be a JSON-RPC message, or a message larger than the limit. */
export class FramingError extends Error {
  override name = 'FramingError'
}

/**
 * Cuts a byte stream into JSON texts.
 * `push` returns the texts completed by the chunk, in order; it throws FramingError on garbage between messages and on a message
 * longer than `maxLength` characters.
 */
export class JsonFramer {
  #decoder = new StringDecoder('utf8')
  #parts: string[] = []
  #length = 0
  #depth = 0
  #inString = false
  #escaped = false
  readonly #maxLength: number

  constructor(maxLength: number) {
    this.#maxLength = maxLength
  }

  push(chunk: Buffer): string[] {
    const text = this.#decoder.write(chunk)
    const messages: string[] = []
    let start = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false
        else if (code === BACKSLASH) this.#escaped = true
        else if (code === QUOTE) this.#inString = false
        continue
      }
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        if (this.#depth === 0) {
          if (code !== OPEN_BRACE) throw new FramingError('a message must be a JSON object')
          start = at
        }
        this.#depth++
      } else if (this.#depth === 0) {
        if (code > 0x20) throw new FramingError('unexpected bytes between messages')
      } else if (code === QUOTE) {
        this.#inString = true
      } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --this.#depth === 0) {
        messages.push(this.#take(text.slice(start, at + 1)))
      }
    }
    if (this.#depth > 0) this.#keep(text.slice(start))
    return messages
  }

  #keep(part: string): void {
    this.#parts.push(part)
    this.#length += part.length
    if (this.#length > this.#maxLength) throw new FramingError(`a message exceeds ${this.#maxLength} characters`)
  }

  #take(last: string): string {
    this.#keep(last)
    const message = this.#parts.length === 1 ? last : this.#parts.join('')
    this.#parts = []
    this.#length = 0
    return message
  }
}
