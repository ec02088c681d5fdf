// Answers that are not what they seem: whoever changes, wraps, borrows or repeats one does not get in.

import { describe, expect, it } from 'vitest'
import { answerOf, createIdpKey, enveloped, type Saying, signed, type Signing } from './testing/idp.ts'
import { SamlRefusal } from './document.ts'
import { type Expected, readAssertion, receive } from './response.ts'

const now = Date.UTC(2026, 10, 28, 17)
const [issuer, recipient, audience] = ['https://idp.example/', 'https://cloud.example/ecp', 'https://cloud.example/sp']
const [ours, theirs] = [createIdpKey('idp', now), createIdpKey('another', now)]
const expected: Expected = {
  issuer,
  recipient,
  audience,
  now,
  unsolicited: false,
  allowSha1: false,
  certificates: [theirs.certificate, ours.certificate],
}
const trusted = { ...expected, certificates: [ours.certificate] }
const saying: Saying = { issuer, recipient, audience, inResponseTo: '_q', now, id: '_a' }
const answer = (more: Partial<Saying> = {}, signing: Signing = {}, key = ours) =>
  signed(answerOf({ ...saying, ...more }), key, signing)
const read = (xml: string, more: Partial<Expected> = {}) => readAssertion(receive(xml), { ...trusted, ...more })
const refused = (xml: string, why: RegExp, more: Partial<Expected> = {}) => {
  expect(() => read(xml, more)).toThrow(SamlRefusal)
  expect(() => read(xml, more)).toThrow(why)
}
const sha1 = {
  signature: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  digest: 'http://www.w3.org/2000/09/xmldsig#sha1',
}
/** The assertion in a document, with its signature. */
const assertionIn = (xml: string) => /<saml:Assertion.*<\/saml:Assertion>/s.exec(xml)?.[0] ?? ''
const signatureIn = (xml: string) => /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? ''

describe('a good answer', () => {
  it.each<[string, string]>([
    ['with its assertion signed', answer()],
    ['signed as a whole', answer({}, { element: 'Response' })],
    ['in an envelope', enveloped(answer(), 'state')],
    ['with a comment in it', answer().replace('<samlp:Status>', '<!-- x --><samlp:Status>')],
  ])('%s is read', (_how, xml) => {
    const assertion = read(xml, { certificates: expected.certificates })
    expect(assertion).toMatchObject({ id: '_a', issuer, nameId: 'kim@example.org', inResponseTo: '_q' })
    expect(Object.fromEntries(assertion.attributes)).toEqual({
      uid: ['kim'],
      'urn:oid:0.9.2342.19200300.100.1.1': ['kim'],
      groups: ['developers'],
    })
    expect(assertion.endsAt).toBe(now + 120_000)
  })

  it('may come unasked and for anybody only where that was said', () => {
    const xml = answer({ inResponseTo: undefined, audience: undefined })
    refused(xml, /nobody has asked/)
    expect(read(xml, { unsolicited: true }).inResponseTo).toBeUndefined()
    refused(answer({ audience: undefined }), /for no audience/, { unsolicited: true })
    refused(answer({ inResponseTo: undefined, audience: 'https://other' }), /another audience/, { unsolicited: true })
  })

  it('is signed by SHA-1 only where that was allowed', () => {
    refused(answer({}, sha1), /signature is not good/)
    refused(answer({}, { digest: sha1.digest }), /signature is not good/)
    expect(read(answer({}, sha1), { allowSha1: true }).id).toBe('_a')
  })
})

const extended = (more: string) =>
  answer({}, { element: 'Response' }).replace(
    '<samlp:Status>',
    `<samlp:Extensions>${more}</samlp:Extensions><samlp:Status>`,
  )
const manyNames = Array.from({ length: 6000 }, (_, number) => `xmlns:p${number}="u"`).join(' ')

describe('an answer is refused', () => {
  it.each<[string, string, RegExp]>([
    ['that nobody has signed', answerOf(saying), /no Signature/],
    ['signed with another key', answer({}, {}, theirs), /signature is not good/],
    ['with another user', answer().replaceAll('kim', 'lee'), /signature is not good/],
    ['with another group', answer().replace('>developers<', '>admins<'), /signature is not good/],
    ['with a longer life', answer().replaceAll('17:01:00', '18:01:00'), /signature is not good/],
    ['with an emptied signature', answer().replace(/(<ds:SignatureValue>)[^<]+/, '$1'), /signature is not good/],
    ['without what is signed', answer().replace(/<ds:Reference.*<\/ds:Reference>/s, ''), /signature is not good/],
    ['of another issuer', answer({ issuer: 'https://evil.example/' }), /another issuer/],
    ['for another place', answer({ recipient: 'https://evil.example/ecp' }), /sent to somebody else/],
    ['for another audience', answer({ audience: 'https://evil.example/sp' }), /another audience/],
    ['that is over', answer({ now: now - 300_000 }), /not for this place, or not for now/],
    ['of a time to come', answer({ now: now + 300_000 }), /time to come/],
    ['that says no', answer({ status: 'Requester' }), /says no/],
    ['with a condition nobody knows', answer({ conditions: '<saml:Condition/>' }), /unknown condition/],
    [
      'to another question',
      answer().replace('InResponseTo="_q"><saml:Issuer', 'InResponseTo="_z"><saml:Issuer'),
      /another question/,
    ],
    [
      'with two assertions',
      answer().replace('</samlp:Response>', `${assertionIn(answerOf(saying))}</samlp:Response>`),
      /several Assertions/,
    ],
    ['that is encrypted', answerOf(saying).replaceAll('saml:Assertion', 'saml:EncryptedAssertion'), /encrypted/],
    ['that is none', '<a/>', /no Response/],
    ['that is no XML', 'x', /not XML/],
    ['that is cut off', answer().slice(0, -20), /not XML/],
    ['with an attribute twice', answer().replace('Version="2.0"', 'Version="2.0" Version="2.0"'), /not XML/],
    ['that is huge', `<a>${'x'.repeat(300_000)}</a>`, /more than anybody needs/],
    ['with an entity', `<!DOCTYPE a [<!ENTITY x "${'y'.repeat(99)}">]>${answer()}`, /document types/],
    ['with an entity bomb', `<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>`, /document types/],
    ['with a file in it', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', /document types/],
    ['with CDATA', answer().replace('>kim<', '><![CDATA[kim]]><'), /CDATA/],
    ['with an instruction', answer().replace('<samlp:Status>', '<?php x?><samlp:Status>'), /instructions/],
    ['that is deep', extended('<a>'.repeat(50) + '</a>'.repeat(50)), /deeper/],
    ['with too many elements', extended('<a/>'.repeat(6000)), /more than anybody needs/],
    ['with too many namespaces', extended(`<a ${manyNames}/>`), /more than anybody needs/],
  ])('%s', (_what, xml, why) => refused(xml, why))
})

describe('a signature that is wrapped', () => {
  const good = answer()
  const evil = assertionIn(answerOf({ ...saying, user: 'root', id: '_evil' }))
  const with_ = (assertion: string, more = '') => good.replace(assertionIn(good), `${assertion}${more}`)
  const original = assertionIn(good)
  const bare = original.replace(signatureIn(good), '')

  it.each<[string, string]>([
    ['the good one beside an evil one', with_(evil, original)],
    ['the good one inside the evil one', with_(evil.replace('</saml:Assertion>', `${original}</saml:Assertion>`))],
    [
      'the signature moved to the evil one',
      with_(evil.replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(good)}`)),
    ],
    [
      'the signature in the evil one, the good one in an extension',
      with_(evil.replace('</saml:Issuer>', `</saml:Issuer>${signatureIn(good)}`)).replace(
        '<samlp:Status>',
        `<samlp:Extensions>${bare}</samlp:Extensions><samlp:Status>`,
      ),
    ],
    [
      'the good one as an object of the signature',
      with_(
        evil.replace(
          '</saml:Issuer>',
          `</saml:Issuer>${signatureIn(good).replace('</ds:Signature>', `<ds:Object>${bare}</ds:Object></ds:Signature>`)}`,
        ),
      ),
    ],
    [
      'both with one id',
      with_(evil.replace('_evil', '_a'), '').replace('</samlp:Response>', `<x>${original}</x></samlp:Response>`),
    ],
    [
      'two SignedInfos',
      good.replace(/(<ds:SignedInfo>.*<\/ds:SignedInfo>)/s, (info) => `${info.replaceAll('#_a', '#_b')}${info}`),
    ],
    [
      'a comment in the digest',
      good.replace(/<ds:DigestValue>/, '<ds:DigestValue><!-- x -->').replaceAll('kim', 'root'),
    ],
  ])('does not let in root: %s', (_how, xml) => {
    let user: unknown
    try {
      user = read(xml).nameId
    } catch (error) {
      expect(error).toBeInstanceOf(SamlRefusal)
    }
    expect(user ?? 'nobody').not.toMatch(/root/)
    expect(() => read(xml)).toThrow(SamlRefusal)
  })

  it('a comment does not shorten a name', () => {
    const xml = answer({ user: 'kim@example.org<!-- x -->.evil' })
    expect(read(xml).nameId).toBe('kim@example.org.evil@example.org')
  })
})
