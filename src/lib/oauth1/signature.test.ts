import { describe, expect, it } from 'vitest'
import { baseString, isSignedBy, parseOAuthHeader } from './signature.ts'

// The example of RFC 5849, section 3.4.1.
const header =
  'OAuth realm="Example", oauth_consumer_key="9djdj82h48djs9d2", oauth_token="kkk9d7dh3k39sjv7", oauth_signature_method="HMAC-SHA1", oauth_timestamp="137131201", oauth_nonce="7d8f3e4a", oauth_signature="bYT5CMsGcbgUdFHObYMEfcx6bsw%3D"'
const oauth = parseOAuthHeader(header) ?? {}
const request = {
  method: 'post',
  url: 'http://EXAMPLE.COM:80/request',
  rawQuery: 'b5=%3D%253D&a3=a&c%40=&a2=r%20b&c2=&a3=2+q',
  oauth,
}

describe('OAuth 1.0a', () => {
  it('reads headers', () => {
    expect(oauth).toMatchObject({ realm: 'Example', oauth_signature: 'bYT5CMsGcbgUdFHObYMEfcx6bsw=' })
    for (const bad of [undefined, '', 'Bearer x', 'OAuth x', 'OAuth a="%zz"', 'OAuth a=b']) {
      expect(parseOAuthHeader(bad)).toBeUndefined()
    }
  })

  it('signs what the RFC signs', () => {
    expect(baseString(request)).toBe(
      'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
    )
  })

  it('accepts the right secrets only', () => {
    // Signed with oauthlib's HMAC-SHA1: client secret "s&1", token secret "t 2".
    const signed = { ...request, oauth: { ...oauth, oauth_signature: 'FIOnCo7yB1hSCNq0ANh9kgdFoq4=' } }
    expect(isSignedBy(signed, 's&1', 't 2')).toBe(true)
    expect(isSignedBy(signed, 's&1', 't 3')).toBe(false)
    expect(isSignedBy(signed, 's&2', 't 2')).toBe(false)
    expect(isSignedBy({ ...signed, method: 'GET' }, 's&1', 't 2')).toBe(false)
    const other = { ...signed.oauth, oauth_signature_method: 'HMAC-MD5' }
    expect(isSignedBy({ ...signed, oauth: other }, 's&1', 't 2')).toBe(false)
  })

  it('accepts secrets in the clear, and nothing else that is', () => {
    const plain = (oauth_signature: string) =>
      isSignedBy({ ...request, oauth: { oauth_signature_method: 'PLAINTEXT', oauth_signature } }, 's&1', 't 2')
    expect(plain('s%261&t%202')).toBe(true)
    for (const bad of ['', '&', 's%261&', 's&1&t 2', 's%261&t%203', 'FIOnCo7yB1hSCNq0ANh9kgdFoq4=']) {
      expect(plain(bad)).toBe(false)
    }
  })
})
