// Signatures that xmlsec1 takes: the tool that Keystone signs with.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createSelfSigned } from '#lib/self-signed/self-signed.ts'
import { xmlText } from '#lib/xml/xml.ts'
import { envelopeOf, responseOf } from './assertion.ts'
import { signElement } from './signature.ts'

const folder = mkdtempSync(join(tmpdir(), 'haneul-saml-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function verifies(xml: string, certificate: string): boolean {
  const [document, file] = [join(folder, 'document.xml'), join(folder, 'certificate.pem')]
  writeFileSync(document, xml)
  writeFileSync(file, certificate)
  try {
    execFileSync('xmlsec1', ['--verify', '--pubkey-cert-pem', file, '--id-attr:ID', 'Assertion', document], {
      stdio: 'pipe',
    })
    return true
  } catch {
    return false
  }
}

it('an assertion that is signed here, alone or in an envelope', () => {
  const now = Date.now()
  const signer = createSelfSigned('one', now, 1)
  const response = responseOf({
    responseId: '_r',
    assertionId: '_a',
    sessionIndex: '_s',
    issuer: 'https://one.example/idp?a&b',
    recipient: 'https://two.example/ecp',
    subject: '김 <kim> "철수"\r\n\t',
    attributes: { openstack_user: ['a & b', '하늘'] },
    issuedAt: now,
    expiresAt: now + 60_000,
  })
  for (const root of [response, envelopeOf(response, 'ss:mem:x')]) {
    const signed = signElement(xmlText(root), 'Assertion', signer)
    expect(verifies(signed, signer.certificate)).toBe(true)
    expect(verifies(signed, createSelfSigned('two', now, 1).certificate)).toBe(false)
    expect(verifies(signed.replace('하늘', '하루'), signer.certificate)).toBe(false)
  }
})
