import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, it } from 'vitest'
import { nobody, type TokenFacts } from './caller.ts'
import { showsCertificate } from './client-certificate.ts'

const proxy = {
  addresses: ['127.0.0.1'],
  secret: 'x'.repeat(32),
  header_prefix: 'oidc-',
  certificate_header: 'ssl-client-cert',
}
const facts: TokenFacts = {
  id: 'gAAAA',
  methods: ['oauth2_credential'],
  auditIds: [],
  expiresAt: 0,
  issuedAt: 0,
  delegation: null,
  thumbprint: 'of a certificate',
}

// With certificates: the API's own test.
it('asks for a certificate where the token was given for one, and where somebody can hand it on', () => {
  const bare = new IncomingMessage(new Socket())
  expect(showsCertificate({ ...nobody, token: facts }, bare, proxy, 0)).toBe(false)
  expect(showsCertificate({ ...nobody, token: facts }, bare, null, 0)).toBe(true)
  expect(showsCertificate({ ...nobody, token: { ...facts, thumbprint: null } }, bare, proxy, 0)).toBe(true)
  expect(showsCertificate(nobody, bare, proxy, 0)).toBe(true)
})
