import { describe, expect, it } from 'vitest'
import { jsonComplaint } from './complaint.ts'

// What json.loads of Python 3.11 said.
describe('the complaint about', () => {
  it.each([
    ['', 'Expecting value: line 1 column 1 (char 0)'],
    ['a=b', 'Expecting value: line 1 column 1 (char 0)'],
    ['[1.]', "Expecting ',' delimiter: line 1 column 3 (char 2)"],
    ['[1}', "Expecting ',' delimiter: line 1 column 3 (char 2)"],
    ['01', 'Extra data: line 1 column 2 (char 1)'],
    ['{"a":1}}', 'Extra data: line 1 column 8 (char 7)'],
    ['{', 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ["{'a':1}", 'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)'],
    ['{"a":1,}', 'Expecting property name enclosed in double quotes: line 1 column 8 (char 7)'],
    ['{"name"', "Expecting ':' delimiter: line 1 column 8 (char 7)"],
    ['{"a":1 "b":2}', "Expecting ',' delimiter: line 1 column 8 (char 7)"],
    ['{"a":{"b":[1,{"c":}]}}', 'Expecting value: line 1 column 19 (char 18)'],
    ['\n\n {"a":\n  tru}', 'Expecting value: line 4 column 3 (char 11)'],
    ['["🏠", x]', 'Expecting value: line 1 column 7 (char 6)'],
    ['{"', 'Unterminated string starting at: line 1 column 2 (char 1)'],
    ['"a\\', 'Unterminated string starting at: line 1 column 1 (char 0)'],
    ['"a\nb"', 'Invalid control character at: line 1 column 3 (char 2)'],
    ['"\\x"', 'Invalid \\escape: line 1 column 2 (char 1)'],
    ['"\\u12g4"', 'Invalid \\uXXXX escape: line 1 column 3 (char 2)'],
  ])('%j', (text, words) => {
    expect(jsonComplaint(text)).toBe(words)
  })

  it.each(['{"a": [1, -2.5e3, true, null, "\\u00e9\\n", {}, []]}', ' NaN ', '-Infinity'])('%j: none', (text) => {
    expect(jsonComplaint(text)).toBeUndefined()
  })

  it('a million brackets takes no stack', () => {
    expect(jsonComplaint('['.repeat(1_000_000))).toBe('Expecting value: line 1 column 1000001 (char 1000000)')
  })
})
