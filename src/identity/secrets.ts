// The two secrets of a cloud that lie in its state directory: the key that seals all others, and the administrator's first password.

import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSealingKey } from '#lib/seal/seal.ts'

/**
 * The master key. A first start makes it; controllers that share a database need the same file.
 * @throws RangeError where the file does not hold a key
 */
export function readMasterKey(state: string) {
  const text = readOrMake(join(state, 'master-key'), () => randomBytes(32).toString('base64'))
  return createSealingKey(Buffer.from(text, 'base64'))
}

/** The password that the administrator gets on a first start; made up where nobody has set one. */
export const readAdminPassword = (state: string): string =>
  readOrMake(join(state, 'admin-password'), () => randomBytes(15).toString('base64url'))

/** The first line of a file that only its owner can read. Two starts at once agree: only one of them can make it. */
function readOrMake(file: string, make: () => string): string {
  try {
    writeFileSync(file, `${make()}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!exists) throw error
  }
  return readFileSync(file, 'utf8').trimEnd()
}
