import { describe, expect, test } from 'vitest'
import { FramingError, JsonFramer } from './framing.ts'

describe('JsonFramer', () => {
  test('cuts messages that follow each other with nothing between', () => {
    const framer = new JsonFramer(1000)
    expect(framer.push(Buffer.from('{"a":1}{"b":[{}]} \n{"c"'))).toEqual(['{"a":1}', '{"b":[{}]}'])
    expect(framer.push(Buffer.from(':"}"}'))).toEqual(['{"c":"}"}'])
  })

  test('is not misled by braces, quotes and backslashes in strings, cut at any byte', () => {
    const text = JSON.stringify({
      match: 'outport == @pg && ip4 {[',
      quote: '"}\\',
      korean: '하늘',
      nested: [{ a: ['}'] }],
    })
    const bytes = Buffer.from(text + text)
    for (let cut = 0; cut <= bytes.length; cut++) {
      const framer = new JsonFramer(10_000)
      const found = [...framer.push(bytes.subarray(0, cut)), ...framer.push(bytes.subarray(cut))]
      expect(found).toEqual([text, text])
    }
  })

  test('cuts messages fed a byte at a time', () => {
    const framer = new JsonFramer(1000)
    const found = [...Buffer.from('{"a":"é"}{"b":2}')].flatMap((byte) => framer.push(Buffer.from([byte])))
    expect(found).toEqual(['{"a":"é"}', '{"b":2}'])
  })

  test('refuses garbage, bare arrays and a message past the limit', () => {
    expect(() => new JsonFramer(100).push(Buffer.from('HTTP/1.1'))).toThrow(FramingError)
    expect(() => new JsonFramer(100).push(Buffer.from('[1]'))).toThrow(FramingError)
    const framer = new JsonFramer(100)
    framer.push(Buffer.from(`{"a":"${'x'.repeat(80)}`))
    expect(() => framer.push(Buffer.from('y'.repeat(30)))).toThrow(FramingError)
  })
})
