// The signatures are those of keystoneclient's signer (EC2) and of Keystone's own formulas (S3).

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Ec2Request, signEc2, signS3 } from './signature.ts'

type Fixture = {
  readonly secret: string
  readonly ec2: readonly { readonly name: string; readonly request: Ec2Request; readonly signature: string }[]
  readonly s3: readonly { readonly name: string; readonly signed: string; readonly signature: string }[]
}
const fixture: Fixture = JSON.parse(readFileSync(new URL('signature.fixture.json', import.meta.url), 'utf8'))
const plain: Ec2Request = { verb: 'GET', host: 'h', path: '/', params: {}, headers: {}, bodyHash: '' }

describe('an EC2 request', () => {
  it.each(fixture.ec2)('of $name is signed as OpenStack signs it', ({ request, signature }) => {
    expect(signEc2(fixture.secret, request)).toBe(signature)
  })

  it('of no known form has no signature', () => {
    expect(signEc2('s', plain)).toBeUndefined()
    expect(signEc2('s', { ...plain, params: { SignatureVersion: '3' } })).toBeUndefined()
    expect(signEc2('s', { ...plain, params: { SignatureVersion: '0' } })).toBeUndefined()
    const authorization = 'AWS4-HMAC-SHA256 Credential=a/20261121/r/ec2/aws4_request, SignedHeaders=host'
    const headers = { Authorization: authorization, 'X-Amz-Date': '20261122T000000Z' }
    expect(signEc2('s', { ...plain, headers })).toBeUndefined()
    expect(signEc2('s', { ...plain, headers: { Authorization: 'AWS4-HMAC-SHA256' } })).toBeUndefined()
  })
})

describe('an S3 request', () => {
  it.each(fixture.s3)('of $name is signed as Keystone signs it', ({ signed, signature }) => {
    expect(signS3(fixture.secret, Buffer.from(signed, 'base64url'))).toBe(signature)
  })

  it.each([
    'AWS4-HMAC-SHA256\n20261121T030000Z\n20261121/r/ec2/aws4_request\nx',
    'AWS4-HMAC-SHA256\n20261121T030000Z\n20261121/r/s3/aws4_request',
    'AWS4-HMAC-SHA256\n20261121T030000Z\n20261121/r/s3/more/aws4_request\nx',
    'AWS4-HMAC-SHA512\n20261121T030000Z\n20261121/r/s3/aws4_request\nx',
  ])('of another form has no signature', (text) => {
    expect(signS3('s', Buffer.from(text))).toBeUndefined()
  })
})
