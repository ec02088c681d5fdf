import { describe, expect, it } from 'vitest'
import { capacityOf, fits, type Provider, ProviderIndex, SHARES_VIA_AGGREGATE } from './provider-index.ts'

const provider = (uuid: string, fields: Partial<Provider> = {}): Provider => ({
  uuid,
  name: uuid,
  generation: 0,
  updatedAt: 0,
  parentUuid: undefined,
  rootUuid: uuid,
  inventories: new Map(),
  traits: new Set(),
  aggregates: new Set(),
  ...fields,
})

const INVENTORY = {
  total: 10,
  reserved: 1,
  minUnit: 2,
  maxUnit: 6,
  stepSize: 2,
  allocationRatio: 1.5,
  used: 5,
  updatedAt: 0,
}

describe('inventory', () => {
  it('has the capacity Placement computes', () => {
    expect(capacityOf(INVENTORY)).toBe(13)
  })

  it.each([
    [8, false],
    [6, true],
    [3, false],
    [1, false],
  ])('a claim of %i fits: %s', (amount, expected) => {
    expect(fits(INVENTORY, amount)).toBe(expected)
  })

  it('counts what is used', () => {
    expect(fits({ ...INVENTORY, used: 9 }, 4)).toBe(true)
    expect(fits({ ...INVENTORY, used: 10 }, 4)).toBe(false)
  })
})

describe('ProviderIndex', () => {
  it('forgets what a replaced or removed provider said', () => {
    const index = new ProviderIndex()
    index.put(
      provider('a', {
        traits: new Set(['T']),
        inventories: new Map([['VCPU', INVENTORY]]),
        aggregates: new Set(['g']),
      }),
    )
    index.put(provider('a', { traits: new Set(['U']) }))
    expect([index.withTrait('T').size, index.withClass('VCPU').size, index.inAggregate('g').size]).toEqual([0, 0, 0])
    expect(index.withTrait('U').size).toBe(1)
    index.remove('a')
    expect([index.size, index.withTrait('U').size, [...index.roots()].length]).toEqual([0, 0, 0])
  })

  it('moves a provider from tree to tree, and knows whether there are any', () => {
    const index = new ProviderIndex()
    index.put(provider('child', { parentUuid: 'a', rootUuid: 'a' }))
    index.put(provider('a'))
    index.put(provider('b'))
    expect(index.hasTrees).toBe(true)
    expect([...index.tree('a')].map(({ uuid }) => uuid)).toEqual(['child', 'a'])
    index.put(provider('child', { parentUuid: 'b', rootUuid: 'b' }))
    expect([index.tree('a').size, index.tree('b').size]).toEqual([1, 2])
    index.put(provider('child'))
    expect(index.hasTrees).toBe(false)
  })

  it('knows who shares with a tree, also after a change', () => {
    const index = new ProviderIndex()
    const nfs = provider('nfs', { traits: new Set([SHARES_VIA_AGGREGATE]), aggregates: new Set(['g']) })
    index.put(nfs)
    index.put(provider('a'))
    index.put(provider('child', { parentUuid: 'a', rootUuid: 'a', aggregates: new Set(['g']) }))
    expect(index.sharersOf('a')).toEqual([nfs])
    expect(index.sharersOf('nfs')).toEqual([])
    index.put({ ...nfs, generation: 1 })
    expect(index.sharersOf('a').map(({ generation }) => generation)).toEqual([1])
    index.put(provider('child', { parentUuid: 'a', rootUuid: 'a' }))
    expect(index.sharersOf('a')).toEqual([])
  })
})
