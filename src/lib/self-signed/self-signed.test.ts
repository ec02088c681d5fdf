import { createPrivateKey, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { createSelfSigned } from './self-signed.ts'

it('makes a certificate that signs itself and belongs to its key', () => {
  const now = Date.UTC(2026, 10, 28, 17, 0, 5)
  const { privateKey, certificate } = createSelfSigned('https://cloud.example/하늘', now, 10)
  const read = new X509Certificate(certificate)
  expect(read.subject).toBe('CN=https://cloud.example/하늘')
  expect(read.issuer).toBe(read.subject)
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
  expect([read.validFrom, read.validTo]).toEqual(['Nov 28 17:00:05 2026 GMT', 'Nov 28 17:00:05 2036 GMT'])
  expect(createSelfSigned('x', now, 1).certificate).not.toBe(createSelfSigned('x', now, 1).certificate)
})
