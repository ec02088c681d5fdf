import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createJwsKeyTexts, InvalidJws, isJws, openJws, parseJwsKey, publicPemOf, signJws } from './jws.ts'

const pair = () => {
  const { privatePem, publicPem } = createJwsKeyTexts()
  return { signing: parseJwsKey(privatePem, 'private'), verifying: parseJwsKey(publicPem, 'public'), publicPem }
}
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('a signature', () => {
  it('of RFC 7515, appendix A.3, is accepted', () => {
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
      y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
    }
    const token =
      'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q'
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    expect(openJws([key], token)).toEqual({ iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true })
  })

  it('is checked by any of the keys, and each bit of it counts', () => {
    const [one, two] = [pair(), pair()]
    const token = signJws(one.signing, { sub: 'x' })
    expect(openJws([two.verifying, one.verifying], token)).toEqual({ sub: 'x' })
    expect(() => openJws([two.verifying], token)).toThrow(InvalidJws)
    expect(() => openJws([], token)).toThrow(InvalidJws)
    expect(publicPemOf(one.signing)).toBe(one.publicPem)
    for (let at = 0; at < token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A'
      const forged = token.slice(0, at) + other + token.slice(at + 1)
      expect(() => openJws([one.verifying], forged), String(at)).toThrow(InvalidJws)
    }
  })

  it('is never chosen by the token: neither none, nor a MAC with the public key', () => {
    const { verifying, publicPem, signing } = pair()
    const body = base64({ sub: 'x' })
    const none = `${base64({ alg: 'none' })}.${body}.AA`
    const content = `${base64({ alg: 'HS256' })}.${body}`
    const mac = `${content}.${createHmac('sha256', publicPem).update(content).digest('base64url')}`
    const [, , signature = ''] = signJws(signing, { sub: 'x' }).split('.')
    const relabelled = `${base64({ alg: 'ES384' })}.${body}.${signature}`
    for (const token of [none, mac, relabelled, 'a.b.c', 'eyJ.eyJ.', '']) {
      expect(() => openJws([verifying], token)).toThrow(InvalidJws)
    }
    expect(isJws('gAAAAABn')).toBe(false)
  })

  it('wants keys of its curve', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    expect(() => parseJwsKey(pem, 'private')).toThrow(RangeError)
    expect(() => parseJwsKey('-----BEGIN', 'public')).toThrow(RangeError)
  })
})
