// What xmlsec1 encrypts is read here: the library under Shibboleth's and mod_auth_mellon's own.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readAssertion, receive } from './response.ts'
import { answerOf, createIdpKey, signed } from './testing/idp.ts'

const folder = mkdtempSync(join(tmpdir(), 'haneul-saml-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const now = Date.UTC(2026, 10, 28, 17)
const [issuer, recipient, audience] = ['https://idp.example/', 'https://cloud.example/ecp', 'https://cloud.example/sp']
const [idp, cloud] = [createIdpKey('idp', now), createIdpKey('cloud', now)]

function encrypted(xml: string, content: string, session: string): string {
  const [document, template, certificate] = ['document.xml', 'template.xml', 'cloud.pem'].map((name) =>
    join(folder, name),
  )
  const [data, key] = ['http://www.w3.org/2001/04/xmlenc#Element', 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p']
  writeFileSync(document ?? '', xml)
  writeFileSync(certificate ?? '', cloud.certificate)
  writeFileSync(
    template ?? '',
    `<xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="${data}"><xenc:EncryptionMethod Algorithm="${content}"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${key}"/><ds:KeyInfo><ds:KeyName/></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>`,
  )
  const node = "//*[local-name()='Assertion']"
  const argv = [
    '--encrypt',
    '--pubkey-cert-pem',
    certificate ?? '',
    '--session-key',
    session,
    '--xml-data',
    document ?? '',
  ]
  const text = execFileSync('xmlsec1', [...argv, '--node-xpath', node, template ?? ''], { encoding: 'utf8' })
  return text
    .replace(/^<\?xml.*?\?>\s*/, '')
    .replace(/<xenc:EncryptedData/, '<saml:EncryptedAssertion><xenc:EncryptedData')
    .replace(/<\/xenc:EncryptedData>/, '</xenc:EncryptedData></saml:EncryptedAssertion>')
}

it.each([
  ['http://www.w3.org/2009/xmlenc11#aes256-gcm', 'aes-256', false],
  ['http://www.w3.org/2009/xmlenc11#aes128-gcm', 'aes-128', false],
  ['http://www.w3.org/2001/04/xmlenc#aes256-cbc', 'aes-256', true],
])('an assertion by %s', (content, session, around) => {
  const bare = answerOf({ issuer, recipient, audience, inResponseTo: '_q', now, id: '_a' })
  const hidden = encrypted(around ? bare : signed(bare, idp), content, session)
  expect(hidden).not.toContain('kim@example.org')
  const xml = around ? signed(hidden, idp, { element: 'Response' }) : hidden
  const certificates = [idp.certificate]
  const expected = { issuer, recipient, audience, now, unsolicited: false, allowSha1: false, certificates }
  const read = (privateKey: string) => readAssertion(receive(xml), { ...expected, privateKey })
  expect(read(cloud.privateKey)).toMatchObject({ id: '_a', nameId: 'kim@example.org' })
  expect(() => read(idp.privateKey)).toThrow('it cannot be decrypted')
})
