// Encrypted assertions: those that are sound are read, and whoever changes, wraps or makes one up learns nothing and does not get in.

import { describe, expect, it } from 'vitest'
import { SamlRefusal } from './document.ts'
import { type Expected, readAssertion, receive } from './response.ts'
import { type Encrypting, encrypt, withEncrypted } from './testing/encrypt.ts'
import { answerOf, createIdpKey, signed } from './testing/idp.ts'

const now = Date.UTC(2026, 10, 28, 17)
const [issuer, recipient, audience] = ['https://idp.example/', 'https://cloud.example/ecp', 'https://cloud.example/sp']
const [idp, cloud, another] = [createIdpKey('idp', now), createIdpKey('cloud', now), createIdpKey('another', now)]
const expected: Expected = {
  issuer,
  recipient,
  audience,
  now,
  unsolicited: false,
  allowSha1: false,
  certificates: [idp.certificate],
  privateKey: cloud.privateKey,
}
const bare = (user = 'kim', id = '_a') => answerOf({ issuer, recipient, audience, inResponseTo: '_q', now, id, user })
const assertionIn = (xml: string) => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
const inner = signed(bare(), idp)
const whole = (how: Encrypting = {}, xml = bare()) =>
  signed(withEncrypted(xml, cloud.certificate, how), idp, { element: 'Response' })
const holding = (plain: string, how: Encrypting = {}) =>
  inner.replace(assertionIn(inner), encrypt(plain, cloud.certificate, how))
const read = (xml: string, more: Partial<Expected> = {}) => readAssertion(receive(xml), { ...expected, ...more })
const flip = (place: number) => (bytes: Buffer) => {
  const at = place < 0 ? bytes.length + place : place
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}

describe('an encrypted assertion', () => {
  it.each<[string, string]>([
    ['signed within', withEncrypted(inner, cloud.certificate)],
    ['by AES-128-GCM', withEncrypted(inner, cloud.certificate, { content: 'aes128-gcm' })],
    ['by AES-192-GCM', withEncrypted(inner, cloud.certificate, { content: 'aes192-gcm' })],
    ['whose key stands beside it', withEncrypted(inner, cloud.certificate, { beside: true })],
    [
      'whose key is made by SHA-256',
      withEncrypted(inner, cloud.certificate, { transport: 'rsa-oaep', digest: 'sha256' }),
    ],
    [
      'whose key is made by SHA-512',
      withEncrypted(inner, cloud.certificate, { transport: 'rsa-oaep', digest: 'sha512' }),
    ],
    ['signed around it', whole()],
    ['by AES-CBC, signed around it', whole({ content: 'aes256-cbc' })],
    ['by AES-128-CBC, signed around it', whole({ content: 'aes128-cbc' })],
    ['signed within and around it', whole({}, inner)],
  ])('%s is read', (_how, xml) => {
    expect(xml).not.toContain('kim@')
    expect(read(xml)).toMatchObject({ id: '_a', issuer, nameId: 'kim@example.org', inResponseTo: '_q' })
  })

  it('of many keys has ours among them', () => {
    const theirs = /<xenc:EncryptedKey>.*<\/xenc:EncryptedKey>/s.exec(encrypt('x', another.certificate))?.[0] ?? ''
    const xml = withEncrypted(inner, cloud.certificate).replace('<ds:KeyInfo>', `<ds:KeyInfo>${theirs}`)
    expect(read(xml).nameId).toBe('kim@example.org')
  })

  const evil = assertionIn(bare('root', '_evil'))
  it.each<[string, string, RegExp]>([
    ['that nobody signed', holding(evil), /no Signature, around it or in it/],
    ['signed by a stranger', withEncrypted(signed(bare('root'), another), cloud.certificate), /signature is not good/],
    ['changed before it was encrypted', holding(assertionIn(inner).replaceAll('kim', 'root')), /signature is not good/],
    ['of two', holding(evil + assertionIn(inner)), /several Assertions/],
    [
      'with a signed one in it',
      holding(evil.replace('</saml:Assertion>', `${assertionIn(inner)}</saml:Assertion>`)),
      /no Signature/,
    ],
    ['that ends what is around it', holding(`</Decrypted>${evil}<Decrypted>`), /not XML/],
    [
      'beside an open one',
      inner.replace('<saml:Assertion', `${encrypt(evil, cloud.certificate)}<saml:Assertion`),
      /not one assertion/,
    ],
    ['beside another', inner.replace(assertionIn(inner), encrypt(evil, cloud.certificate).repeat(2)), /several/],
    ['for somebody else', withEncrypted(inner, another.certificate), /cannot be decrypted/],
    ['that is no XML', holding('x <'), /not XML/],
    ['that is nothing', holding(''), /no Assertion/],
    ['with a document type', holding(`<!DOCTYPE x [<!ENTITY y "z">]>${assertionIn(inner)}`), /document types/],
    ['too deep', holding('<a>'.repeat(60) + '</a>'.repeat(60)), /deeper/],
    ['by AES-CBC, signed within alone', withEncrypted(inner, cloud.certificate, { content: 'aes256-cbc' }), /AES-CBC/],
    [
      'whose key is encrypted by PKCS #1 1.5',
      withEncrypted(inner, cloud.certificate, { transport: 'rsa-1_5' }),
      /rsa-1_5/,
    ],
    [
      'by Triple DES',
      withEncrypted(inner, cloud.certificate).replace(/xmlenc11#aes256-gcm/, 'xmlenc#tripledes-cbc'),
      /tripledes/,
    ],
    [
      'whose mask is another',
      withEncrypted(inner, cloud.certificate, { transport: 'rsa-oaep', digest: 'sha256', mask: 'mgf1sha1' }),
      /not taken/,
    ],
    ['with too many keys', withEncrypted(inner, cloud.certificate, { keys: 5 }), /too many/],
    ['without a key', withEncrypted(inner, cloud.certificate, { keys: 0 }), /no key/],
    [
      'shorter than its beginning',
      withEncrypted(inner, cloud.certificate, { spoilData: () => Buffer.alloc(20) }),
      /cannot be decrypted/,
    ],
    [
      'signed around it and changed',
      whole({ content: 'aes256-cbc' }).replace(/(<xenc:CipherValue>)(.)/, '$1/'),
      /signature is not good/,
    ],
  ])('%s is refused', (_how, xml, why) => {
    expect(() => read(xml)).toThrow(SamlRefusal)
    expect(() => read(xml)).toThrow(why)
  })

  it('with any bit changed says no more than that it cannot be decrypted', () => {
    for (const place of [0, 5, 11, 12, 13, 200, -17, -16, -1]) {
      const xml = withEncrypted(inner, cloud.certificate, { spoilData: flip(place) })
      expect(() => read(xml)).toThrow('it cannot be decrypted')
    }
    for (const place of [0, 1, 100, -1]) {
      const xml = withEncrypted(inner, cloud.certificate, { spoilKey: flip(place) })
      expect(() => read(xml)).toThrow('it cannot be decrypted')
    }
  })

  it('is refused where there is no key for it, and of whomever it says to be', () => {
    const xml = withEncrypted(inner, cloud.certificate)
    expect(() => read(xml, { privateKey: undefined })).toThrow(/no key/)
    expect(() => read(xml, { audience: 'https://x' })).toThrow(/another audience/)
    expect(() => read(xml, { issuer: 'https://x' })).toThrow(/another issuer/)
    expect(receive(xml)).toMatchObject({ claimedIssuer: issuer, isEncrypted: true })
    const nobodys = xml.replace(/<saml:Issuer>.*?<\/saml:Issuer>/s, '')
    expect(() => receive(nobodys)).toThrow(/no Issuer/)
  })
})
