import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { assertionOf, assertionOfHeaders, checkProxy, isFromProxy } from './assertion.ts'

describe('claims', () => {
  it('get the names of mod_auth_openidc, and lists stay whole', () => {
    const said = assertionOf({ sub: 'kim', 'given-name': 'a;b', groups: ['x', 'y;z'], age: 7, ok: true, no: null })
    expect(said?.remoteUser).toBe('kim')
    expect(said?.assertion).toMatchObject({
      REMOTE_USER: ['kim'],
      'OIDC-given-name': ['a', 'b'],
      HTTP_OIDC_GIVEN_NAME: ['a', 'b'],
      OIDC_CLAIM_groups: ['x', 'y;z'],
      'OIDC-age': ['7'],
      'OIDC-ok': ['1'],
    })
    expect(said?.assertion).not.toHaveProperty('OIDC-no')
    expect(assertionOf({ address: { city: 'Seoul' } })?.assertion['OIDC-address']).toEqual(['{"city":"Seoul"}'])
    expect(assertionOf({})?.remoteUser).toBeUndefined()
  })

  it.each([
    ['too many', Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`c${index}`, 'x']))],
    ['too long a text', { sub: 'x'.repeat(9000) }],
    ['too long a list', { groups: Array.from({ length: 1001 }, () => 'x') }],
    ['too long a name', { ['x'.repeat(300)]: 'x' }],
  ])('of %s are nobody', (_what, claims) => {
    expect(assertionOf(claims)).toBeUndefined()
  })
})

const secret = 'x'.repeat(32)
const request = (address: string, headers: Readonly<Record<string, string>>) => {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: address })
  const message = new IncomingMessage(socket)
  Object.assign(message.headers, headers)
  return message
}

describe('a proxy', () => {
  const proxy = { addresses: ['10.0.0.0/24', '::1'], secret, header_prefix: 'oidc-' }
  it.each([
    ['10.0.0.7', { 'x-proxy-secret': secret }, true],
    ['::ffff:10.0.0.7', { 'x-proxy-secret': secret }, true],
    ['::1', { 'x-proxy-secret': secret }, true],
    ['10.0.1.7', { 'x-proxy-secret': secret }, false],
    ['::2', { 'x-proxy-secret': secret }, false],
    ['10.0.0.7', { 'x-proxy-secret': `${secret}x` }, false],
    ['10.0.0.7', {}, false],
  ])('at %s with %j is believed: %s', (address, headers, believed) => {
    expect(isFromProxy(request(address, headers), proxy)).toBe(believed)
  })

  it('is nobody without a configuration', () => {
    const message = request('10.0.0.7', { 'x-proxy-secret': '' })
    expect(isFromProxy(message, { ...proxy, addresses: [] })).toBe(false)
    expect(isFromProxy(message, { ...proxy, secret: '' })).toBe(false)
  })

  it('must be told from others, or nothing starts', () => {
    expect(() => checkProxy({ ...proxy, secret: 'short' })).toThrow(/secret has less than 32/)
    expect(() => checkProxy({ ...proxy, addresses: ['proxy.example'] })).toThrow(/proxy.example is no address/)
    expect(() => checkProxy({ ...proxy, addresses: [], secret: '' })).not.toThrow()
  })

  it('tells of users in its own headers alone', () => {
    const headers = { 'oidc-iss': 'a;b', oidc_sub: 'evil', 'x-remote-user': 'kim', 'x-other': 'x' }
    const said = assertionOfHeaders(request('::1', headers), proxy)
    expect(said).toEqual({ assertion: { HTTP_OIDC_ISS: ['a', 'b'], REMOTE_USER: ['kim'] }, remoteUser: 'kim' })
  })
})
