import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from './password-hash.ts'

const fixture: { readonly password: string; readonly hashes: readonly string[] } = JSON.parse(
  readFileSync(new URL('password-hash.fixture.json', import.meta.url), 'utf8'),
)
const hasher = createPasswordHasher({ concurrency: 2 })

describe('password hashes', () => {
  it('of its own are salted and verified', async () => {
    const [one, two] = await Promise.all([hasher.hash('s3cret'), hasher.hash('s3cret')])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await hasher.verify('s3cret', one)).toBe(true)
    expect(await hasher.verify('S3cret', one)).toBe(false)
  })

  it.each(fixture.hashes)('of a migrated Keystone are verified: %s', async (hash) => {
    expect(await hasher.verify(fixture.password, hash)).toBe(true)
    expect(await hasher.verify(`${fixture.password}!`, hash)).toBe(false)
  })

  it.each([
    '',
    'plain',
    '$',
    '$scrypt$',
    '$scrypt$ln=99,r=8,p=1$AA$AA',
    '$2b$04$short',
    '$pbkdf2-sha512$x$AA$AA',
    '$argon2id$v=19$',
  ])('that cannot be read match nothing: %j', async (hash) => {
    expect(await hasher.verify('', hash)).toBe(false)
  })

  it('take passwords of any length, 72 and 4096 bytes and beyond', async () => {
    const long = 'x'.repeat(4096)
    const hash = await hasher.hash(long)
    expect(await hasher.verify('x'.repeat(72), hash)).toBe(false)
    expect(await hasher.verify('x'.repeat(4095), hash)).toBe(false)
    expect(await hasher.verify(`${long} beyond`, hash)).toBe(true)
    expect(await hasher.verifyNothing(long)).toBe(false)
  })
})
