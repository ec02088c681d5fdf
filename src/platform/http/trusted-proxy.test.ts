import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { checkProxy, isFromProxy } from './trusted-proxy.ts'

const secret = 'x'.repeat(32)
const request = (address: string, headers: Readonly<Record<string, string>>) => {
  const socket = new Socket()
  Object.defineProperty(socket, 'remoteAddress', { value: address })
  const message = new IncomingMessage(socket)
  Object.assign(message.headers, headers)
  return message
}

describe('a proxy', () => {
  const proxy = {
    addresses: ['10.0.0.0/24', '::1'],
    secret,
    header_prefix: 'oidc-',
    certificate_header: 'ssl-client-cert',
  }
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
})
