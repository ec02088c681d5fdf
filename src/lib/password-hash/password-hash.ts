// Passwords are hashed with Argon2id (19 MiB, two passes) and checked against that or whatever a migrated Keystone has stored:
// scrypt, bcrypt, bcrypt-sha256, pbkdf2-sha512. All of it runs off the main thread, and only so many at once:
// libuv's few threads also serve the files, and a burst of logins must not starve them.

import { createHmac, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { hash as argon2Hash, verify as argon2Verify } from '@node-rs/argon2'
import { verify as bcryptVerify } from '@node-rs/bcrypt'
import PQueue from 'p-queue'

const derivePbkdf2 = promisify(pbkdf2)
const deriveScrypt = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(
  scrypt,
)

/** Keystone's `max_password_length`: bytes beyond it do not count. */
const MAX_PASSWORD_BYTES = 4096
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export type PasswordHasher = {
  /** A new Argon2id hash in PHC form. */
  readonly hash: (password: string) => Promise<string>
  /** Whether the password is the one that was hashed. False as well for a hash that nothing here can read. */
  readonly verify: (password: string, hash: string) => Promise<boolean>
  /** Takes as long as checking a wrong password, so that a login of nobody looks like any other. */
  readonly verifyNothing: (password: string) => Promise<false>
}

/** `concurrency`: how many hashes may be computed at once. */
export function createPasswordHasher({ concurrency }: { readonly concurrency: number }): PasswordHasher {
  const queue = new PQueue({ concurrency })
  const hash = (password: string) => queue.add(() => argon2Hash(truncate(password), ARGON2))
  let decoy: Promise<string> | undefined
  return {
    hash,
    verify: (password, stored) => queue.add(() => verify(truncate(password), stored)),
    verifyNothing: async (password) => {
      decoy ??= hash('a password that nobody has')
      const stored = await decoy
      await queue.add(() => verify(truncate(password), stored))
      return false
    },
  }
}

function truncate(password: string): Buffer {
  return Buffer.from(password, 'utf8').subarray(0, MAX_PASSWORD_BYTES)
}

async function verify(password: Buffer, stored: string): Promise<boolean> {
  try {
    const identifier = /^\$[^$]+\$/.exec(stored)?.[0] ?? ''
    switch (identifier) {
      case '$argon2id$':
      case '$argon2i$':
      case '$argon2d$':
        return await argon2Verify(stored, password)
      case '$2$':
      case '$2a$':
      case '$2b$':
      case '$2x$':
      case '$2y$':
        return await bcryptVerify(password, stored)
      case '$bcrypt-sha256$':
        return await verifyBcryptSha256(password, stored)
      case '$scrypt$':
        return await verifyScrypt(password, stored)
      case '$pbkdf2-sha512$':
        return await verifyPbkdf2(password, stored)
      default:
        return false
    }
  } catch {
    return false
  }
}

/** `$scrypt$ln=16,r=8,p=1$salt$digest` */
async function verifyScrypt(password: Buffer, stored: string): Promise<boolean> {
  const [, , settings = '', salt = '', digest = ''] = stored.split('$')
  const { ln, r, p } = numbersOf(settings)
  if (ln === undefined || r === undefined || p === undefined || ln > 24) return false
  const N = 2 ** ln
  const derived = await deriveScrypt(password, decode(salt), 32, { N, r, p, maxmem: 256 * N * r })
  return equal(derived, decode(digest))
}

/** `$pbkdf2-sha512$25000$salt$digest` */
async function verifyPbkdf2(password: Buffer, stored: string): Promise<boolean> {
  const [, , rounds = '', salt = '', digest = ''] = stored.split('$')
  return equal(await derivePbkdf2(password, decode(salt), Number(rounds), 64, 'sha512'), decode(digest))
}

/** `$bcrypt-sha256$v=2,t=2b,r=12$salt$digest`: bcrypt over an HMAC of the password, so that all of its bytes count. */
async function verifyBcryptSha256(password: Buffer, stored: string): Promise<boolean> {
  const [, , settings = '', salt = '', digest = ''] = stored.split('$')
  const [, type] = /t=(2[aby])/.exec(settings) ?? []
  const { r } = numbersOf(settings)
  if (type === undefined || r === undefined) return false
  const keyed = createHmac('sha256', salt).update(password).digest('base64')
  return bcryptVerify(keyed, `$${type}$${String(r).padStart(2, '0')}$${salt}${digest}`)
}

function numbersOf(settings: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...settings.matchAll(/(\w+)=(\d+)(?=,|$)/g)].map(([, name, value]) => [name, Number(value)]),
  )
}

/** passlib's base64: no padding, and a dot for the plus sign. */
function decode(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
