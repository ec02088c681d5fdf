import { expect, it } from 'vitest'
import { signatureProblem } from './signature.ts'

const signed = {
  img_signature: 'QUJDRA==',
  img_signature_hash_method: 'SHA-256',
  img_signature_key_type: 'RSA-PSS',
  img_signature_certificate_uuid: 'c1',
}

it.each([
  [{}, undefined],
  [{ img_signature: 'QUJD', img_signature_hash_method: 'SHA-256', img_signature_key_type: 'DSA' }, undefined],
  [signed, 'Signature verification for the image failed: Unable to retrieve certificate with ID: c1.'],
  [{ ...signed, img_signature: 'QUJDR' }, expect.stringContaining('not properly encoded using base64')],
  [{ ...signed, img_signature_hash_method: 'MD5' }, expect.stringContaining('Invalid signature hash method: MD5')],
  [{ ...signed, img_signature_key_type: 'ROT13' }, expect.stringContaining('Invalid signature key type: ROT13')],
])('of %j: %s', (properties, problem) => {
  expect(signatureProblem(properties)).toEqual(problem)
})
