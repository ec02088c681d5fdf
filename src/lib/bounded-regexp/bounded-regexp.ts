// Regular expressions of others, on texts of others: a search that takes too long is given up, so that nobody can stop the program with one.

import { createContext, Script } from 'node:vm'

const MOST_MS = 100
const MOST_LENGTH = 65_536

const inputs = createContext({ pattern: '', flags: '', text: '' })
const search = new Script('new RegExp(pattern, flags).test(text)')

export class RegExpFailure extends Error {
  override name = 'RegExpFailure'
}

/**
 * Whether the pattern, in Python's words, is found anywhere in the text (`re.search`).
 * Throws RegExpFailure for what is no pattern, takes too long or is too long.
 */
export function searches(pattern: string, text: string, mostMs = MOST_MS): boolean {
  if (pattern.length > MOST_LENGTH || text.length > MOST_LENGTH) throw new RegExpFailure('too long for a search')
  Object.assign(inputs, translate(pattern), { text })
  try {
    return search.runInContext(inputs, { timeout: mostMs }) === true
  } catch (error) {
    throw new RegExpFailure(`the search for ${pattern} failed`, { cause: error })
  } finally {
    Object.assign(inputs, { pattern: '', text: '' })
  }
}

/** What Python writes in another way: flags in front, named groups, the two ends of the text. */
function translate(python: string): { readonly pattern: string; readonly flags: string } {
  const [, given = '', rest = ''] = /^(?:\(\?([aimsu]+)\))?(.*)$/s.exec(python) ?? []
  const flags = [...new Set(given)].filter((flag) => 'ims'.includes(flag)).join('')
  const pattern = rest.replace(/\\.|\(\?P<|\(\?P=(\w+)\)/gs, (part, name: string | undefined) => {
    if (part === '\\A') return '(?<![\\s\\S])'
    if (part === '\\Z') return '(?![\\s\\S])'
    if (part === '(?P<') return '(?<'
    return name === undefined ? part : `\\k<${name}>`
  })
  return { pattern, flags }
}
