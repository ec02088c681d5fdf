import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { assertionOf, assertionOfHeaders } from './assertion.ts'

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

describe('a proxy', () => {
  it('tells of users in its own headers alone', () => {
    const message = new IncomingMessage(new Socket())
    Object.assign(message.headers, { 'oidc-iss': 'a;b', oidc_sub: 'evil', 'x-remote-user': 'kim', 'x-other': 'x' })
    const proxy = { addresses: [], secret: '', header_prefix: 'oidc-', certificate_header: 'ssl-client-cert' }
    const said = assertionOfHeaders(message, proxy)
    expect(said).toEqual({ assertion: { HTTP_OIDC_ISS: ['a', 'b'], REMOTE_USER: ['kim'] }, remoteUser: 'kim' })
  })
})
