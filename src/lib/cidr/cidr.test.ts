import { describe, expect, test } from 'vitest'
import {
  type Cidr,
  containsAddress,
  containsRange,
  eui64Address,
  excludeAddresses,
  findFreeCidr,
  formatAddress,
  formatCidr,
  hasHostBits,
  hostRange,
  overlaps,
  parseAddress,
  parseCidr,
  parseSortKey,
  sizeOf,
  sortKey,
} from './cidr.ts'

function cidr(text: string): Cidr {
  const parsed = parseCidr(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

function address(text: string) {
  const parsed = parseAddress(text)
  if (parsed === undefined) throw new Error(text)
  return parsed
}

describe('addresses', () => {
  test.each([
    ['10.1.0.1', '10.1.0.1'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['::', '::'],
    ['fe80:0:0:0:f816:3eff:fe00:1', 'fe80::f816:3eff:fe00:1'],
  ])('%s is written %s', (text, canonical) => expect(formatAddress(address(text))).toBe(canonical))

  test.each([
    '',
    '10.1',
    '10.1.0.256',
    '010.1.0.1',
    '10.1.0.1/24',
    '1:2',
    'fe80::1%eth0',
    '0x0a.1.1.1',
    ' 10.0.0.1',
    'x',
  ])('%j is none', (text) => expect(parseAddress(text)).toBeUndefined())

  test('sort keys sort as addresses do', () => {
    const texts = ['9.255.0.0', '10.0.0.0', '10.0.0.2', '10.0.0.10', '200.0.0.0']
    const keys = texts.map((text) => sortKey(address(text)))
    expect([...keys].sort()).toEqual(keys)
    expect(keys.map(parseSortKey)).toEqual(texts.map((text) => address(text).value))
  })

  test('EUI-64', () => {
    expect(formatAddress(eui64Address(cidr('2001:db8:1::/64'), 'fa:16:3e:00:00:01'))).toBe(
      '2001:db8:1:0:f816:3eff:fe00:1',
    )
    expect(() => eui64Address(cidr('2001:db8::/64'), 'nope')).toThrow(TypeError)
  })
})

describe('networks', () => {
  test('drop host bits and know them', () => {
    expect(formatCidr(cidr('10.1.0.77/24'))).toBe('10.1.0.0/24')
    expect(formatCidr(cidr('2001:db8::5/32'))).toBe('2001:db8::/32')
    expect(formatCidr(cidr('10.0.0.1'))).toBe('10.0.0.1/32')
    expect(formatCidr(cidr('0.0.0.0/0'))).toBe('0.0.0.0/0')
    expect(hasHostBits('10.1.0.77/24')).toBe(true)
    expect(hasHostBits('10.1.0.0/24')).toBe(false)
  })

  test.each(['10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '::/129', '10.0.0.0/24/1', '10.0.0.0/a'])(
    '%j is none',
    (text) => expect(parseCidr(text)).toBeUndefined(),
  )

  test('containment and overlap never cross versions', () => {
    expect(containsAddress(cidr('10.0.0.0/24'), address('10.0.0.255'))).toBe(true)
    expect(containsAddress(cidr('10.0.0.0/24'), address('10.0.1.0'))).toBe(false)
    expect(containsAddress(cidr('::/0'), address('0.0.0.1'))).toBe(false)
    expect(containsRange(cidr('10.0.0.0/8'), cidr('10.2.0.0/16'))).toBe(true)
    expect(overlaps(cidr('10.0.0.0/24'), cidr('10.0.0.128/25'))).toBe(true)
    expect(overlaps(cidr('10.0.0.0/25'), cidr('10.0.0.128/25'))).toBe(false)
    expect(overlaps(cidr('0.0.0.0/0'), cidr('::/0'))).toBe(false)
  })

  test('hosts', () => {
    const texts = (text: string) => {
      const range = hostRange(cidr(text))
      return [range.first, range.last].map((value) => formatAddress({ version: range.version, value }))
    }
    expect(texts('10.0.0.0/24')).toEqual(['10.0.0.1', '10.0.0.254'])
    expect(texts('10.0.0.0/31')).toEqual(['10.0.0.0', '10.0.0.1'])
    expect(texts('10.0.0.7/32')).toEqual(['10.0.0.7', '10.0.0.7'])
    expect(texts('2001:db8::/64')).toEqual(['2001:db8::1', '2001:db8::ffff:ffff:ffff:ffff'])
    expect(sizeOf(cidr('10.0.0.0/24'))).toBe(256n)
  })

  test('ranges without addresses', () => {
    const range = { version: 4, first: 1n, last: 10n } as const
    expect(excludeAddresses(range, [1n, 5n, 5n, 10n, 99n])).toEqual([
      { version: 4, first: 2n, last: 4n },
      { version: 4, first: 6n, last: 9n },
    ])
    expect(excludeAddresses(range, [])).toEqual([range])
    expect(excludeAddresses({ version: 4, first: 3n, last: 3n }, [3n])).toEqual([])
  })

  test('the smallest free network of a pool', () => {
    const pool = [cidr('10.0.0.0/24')]
    const free = (taken: string[], prefix: number) => {
      const found = findFreeCidr(pool, taken.map(cidr), prefix)
      return found === undefined ? undefined : formatCidr(found)
    }
    expect(free([], 26)).toBe('10.0.0.0/26')
    expect(free(['10.0.0.0/26'], 26)).toBe('10.0.0.64/26')
    expect(free(['10.0.0.0/28', '10.0.0.64/28'], 26)).toBe('10.0.0.128/26')
    expect(free(['10.0.0.0/25', '10.0.0.128/25'], 26)).toBeUndefined()
    expect(free(['10.0.0.64/26'], 26)).toBe('10.0.0.0/26')
    expect(free([], 20)).toBeUndefined()
    expect(findFreeCidr([cidr('2001:db8::/48')], [cidr('2001:db8::/64')], 64)).toEqual(cidr('2001:db8:0:1::/64'))
  })
})
