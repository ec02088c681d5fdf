import { describe, expect, it } from 'vitest'
import {
  type Inventory,
  type Provider,
  ProviderIndex,
  SHARES_VIA_AGGREGATE,
} from '#placement/resource-providers/rules/provider-index.ts'
import { tryEverything } from './oracle.fixture.ts'
import type { CandidateRequest, RequestGroup } from './request.ts'
import { type Candidates, findCandidates, type SearchOptions, UnknownNameError } from './search.ts'

const ANYTHING = { hasClass: () => true, hasTrait: () => true }
const NESTED: SearchOptions = { nestedAware: true }

const inventory = (total: number, fields: Partial<Inventory> = {}): Inventory => ({
  total,
  reserved: 0,
  minUnit: 1,
  maxUnit: total,
  stepSize: 1,
  allocationRatio: 1,
  used: 0,
  updatedAt: 0,
  ...fields,
})

type Sketch = {
  parent?: string
  root?: string
  has?: Record<string, Inventory | number>
  traits?: string[]
  aggregates?: string[]
}

const provider = (uuid: string, { parent, root, has = {}, traits = [], aggregates = [] }: Sketch): Provider => ({
  uuid,
  name: uuid,
  generation: 0,
  updatedAt: 0,
  parentUuid: parent,
  rootUuid: root ?? parent ?? uuid,
  inventories: new Map(
    Object.entries(has).map(([name, value]) => [name, typeof value === 'number' ? inventory(value) : value]),
  ),
  traits: new Set(traits),
  aggregates: new Set(aggregates),
})

const forest = (sketches: Record<string, Sketch>): ProviderIndex => {
  const index = new ProviderIndex()
  for (const [uuid, sketch] of Object.entries(sketches)) index.put(provider(uuid, sketch))
  return index
}

const group = (
  suffix: string,
  resources: Record<string, number>,
  fields: Partial<RequestGroup> = {},
): [string, RequestGroup] => [
  suffix,
  {
    useSameProvider: suffix !== '',
    resources: new Map(Object.entries(resources)),
    requiredTraits: [],
    forbiddenTraits: new Set(),
    memberOf: [],
    forbiddenAggregates: new Set(),
    inTree: undefined,
    ...fields,
  },
]

const request = (groups: [string, RequestGroup][], fields: Partial<CandidateRequest> = {}): CandidateRequest => ({
  groups: new Map(groups),
  groupPolicy: 'none',
  limit: undefined,
  rootRequired: new Set(),
  rootForbidden: new Set(),
  sameSubtrees: [],
  ...fields,
})

const texts = ({ requests }: Candidates): string[] =>
  requests
    .map((candidate) => {
      const claims = candidate.claims.map(
        ({ provider, resourceClass, amount }) => `${provider.uuid}:${resourceClass}:${amount}`,
      )
      const groups = candidate.mappings.flatMap(({ suffix, providers }) =>
        providers.map(({ uuid }) => `${suffix}=${uuid}`),
      )
      return `${claims.sort().join(' ')} # ${groups.sort().join(' ')}`
    })
    .sort()

const find = (index: ProviderIndex, wanted: CandidateRequest, options = NESTED): Candidates =>
  findCandidates(index, ANYTHING, wanted, options)

describe('findCandidates', () => {
  it('takes all classes from one flat provider, within unit, step and room', () => {
    const index = forest({
      a: { has: { VCPU: inventory(4, { allocationRatio: 16, maxUnit: 4 }), MEMORY_MB: 1024 } },
      full: { has: { VCPU: inventory(4, { used: 4 }), MEMORY_MB: 1024 } },
      stepped: { has: { VCPU: inventory(8, { stepSize: 3 }), MEMORY_MB: 1024 } },
      reserved: { has: { VCPU: inventory(8, { reserved: 7 }), MEMORY_MB: 1024 } },
    })
    expect(texts(find(index, request([group('', { VCPU: 2, MEMORY_MB: 512 })])))).toEqual([
      'a:MEMORY_MB:512 a:VCPU:2 # =a',
    ])
    expect(texts(find(index, request([group('', { VCPU: 5 })])))).toEqual([])
  })

  it('combines a tree with a provider that shares, and describes both trees whole', () => {
    const index = forest({
      node: { has: { VCPU: 4 }, aggregates: ['rack'] },
      numa: { parent: 'node', has: { MEMORY_MB: 1024 } },
      nfs: { has: { DISK_GB: 100 }, aggregates: ['rack'], traits: [SHARES_VIA_AGGREGATE] },
      other: { has: { VCPU: 4, MEMORY_MB: 1024 } },
    })
    const found = find(index, request([group('', { VCPU: 1, MEMORY_MB: 1, DISK_GB: 1 })]))
    expect(texts(found)).toEqual(['nfs:DISK_GB:1 node:VCPU:1 numa:MEMORY_MB:1 # =nfs =node =numa'])
    expect(found.summaries.map(({ uuid }) => uuid).sort()).toEqual(['nfs', 'node', 'numa'])
  })

  it('isolates groups from each other only when told to', () => {
    const index = forest({ pf1: { has: { VF: 2 } }, pf2: { parent: 'pf1', has: { VF: 2 } } })
    const groups = [group('1', { VF: 1 }), group('2', { VF: 1 })]
    expect(find(index, request(groups)).requests).toHaveLength(4)
    expect(find(index, request(groups, { groupPolicy: 'isolate' })).requests).toHaveLength(2)
  })

  it('adds the amounts of groups before it compares with room and max_unit', () => {
    const index = forest({ a: { has: { VF: inventory(4, { maxUnit: 3 }) } } })
    expect(texts(find(index, request([group('1', { VF: 1 }), group('2', { VF: 2 })])))).toEqual(['a:VF:3 # 1=a 2=a'])
    expect(find(index, request([group('1', { VF: 2 }), group('2', { VF: 2 })])).requests).toEqual([])
  })

  it('hides from old versions what uses two providers of one tree', () => {
    const index = forest({
      node: { has: { VCPU: 4 } },
      numa: { parent: 'node', has: { MEMORY_MB: 1024 } },
      flat: { has: { VCPU: 1, MEMORY_MB: 1 } },
    })
    const wanted = request([group('', { VCPU: 1, MEMORY_MB: 1 })])
    expect(find(index, wanted).requests).toHaveLength(2)
    const old = find(index, wanted, { nestedAware: false })
    expect(texts(old)).toEqual(['flat:MEMORY_MB:1 flat:VCPU:1 # =flat'])
    expect(old.summaries.map(({ uuid }) => uuid)).toEqual(['flat'])
  })

  it('stops at the limit, describes only what it kept, and samples when told to', () => {
    const index = forest(Object.fromEntries(['a', 'b', 'c'].map((uuid) => [uuid, { has: { VCPU: 4 } }])))
    const wanted = request([group('', { VCPU: 1 })], { limit: 2 })
    expect(texts(find(index, wanted))).toEqual(['a:VCPU:1 # =a', 'b:VCPU:1 # =b'])
    expect(find(index, wanted).summaries.map(({ uuid }) => uuid)).toEqual(['a', 'b'])
    const draws = [0.9, 0.5, 0.1]
    const sampled = find(index, wanted, { nestedAware: true, random: () => draws.shift() ?? 0 })
    expect(texts(sampled)).toEqual(['b:VCPU:1 # =b', 'c:VCPU:1 # =c'])
  })

  it('refuses names nobody knows, but not after nothing was left anyway', () => {
    const index = forest({ a: { has: { VCPU: 1 } } })
    const known = { hasClass: (name: string) => name === 'VCPU', hasTrait: (name: string) => name === 'FAST' }
    const search = (wanted: CandidateRequest): Candidates => findCandidates(index, known, wanted, NESTED)
    expect(() => search(request([group('', { NOPE: 1 })]))).toThrow(UnknownNameError)
    expect(() => search(request([group('', { VCPU: 1 }, { forbiddenTraits: new Set(['SLOW']) })]))).toThrow(
      UnknownNameError,
    )
    expect(() => search(request([group('', { VCPU: 1 })], { rootRequired: new Set(['SLOW']) }))).toThrow(
      UnknownNameError,
    )
    expect(search(request([group('', { VCPU: 9 }), group('1', { NOPE: 1 })])).requests).toEqual([])
  })
})

/** A small deterministic generator, so that a failing case can be run again by its seed. */
const dice = (seed: number): ((sides: number) => number) => {
  let state = seed * 2654435761 + 1
  return (sides) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % sides
  }
}

const CLASSES = ['VCPU', 'DISK_GB', 'VF']
const TRAITS = ['T0', 'T1', 'T2', SHARES_VIA_AGGREGATE]
const AGGREGATES = ['g0', 'g1', 'g2']

const randomForest = (roll: (sides: number) => number): ProviderIndex => {
  const index = new ProviderIndex()
  const made: Provider[] = []
  const count = 2 + roll(6)
  for (let number = 0; number < count; number++) {
    const parent = roll(2) === 0 ? made[roll(made.length + 1)] : undefined
    const has: Record<string, Inventory> = {}
    for (const name of CLASSES) {
      if (roll(2) === 0) continue
      const total = 1 + roll(5)
      has[name] = inventory(total, {
        reserved: roll(4) === 0 ? 1 : 0,
        used: roll(3) === 0 ? 1 : 0,
        maxUnit: roll(3) === 0 ? 2 : total,
        stepSize: roll(5) === 0 ? 2 : 1,
        allocationRatio: roll(4) === 0 ? 1.5 : 1,
      })
    }
    const pick = (names: readonly string[], sides: number): string[] => names.filter(() => roll(sides) === 0)
    const sketch = { has, traits: pick(TRAITS, 3), aggregates: pick(AGGREGATES, 3) }
    const relation = parent === undefined ? {} : { parent: parent.uuid, root: parent.rootUuid }
    const made_ = provider(`p${number}`, { ...sketch, ...relation })
    made.push(made_)
    index.put(made_)
  }
  return index
}

const randomRequest = (roll: (sides: number) => number, index: ProviderIndex): CandidateRequest => {
  const some = <T>(items: readonly T[], sides: number): T[] => items.filter(() => roll(sides) === 0)
  const uuids = [...index.all()].map(({ uuid }) => uuid)
  const makeGroup = (suffix: string, resourceless: boolean): [string, RequestGroup] => {
    const resources: Record<string, number> = {}
    if (!resourceless) {
      for (const name of some(CLASSES, 2)) resources[name] = 1 + roll(2)
      if (Object.keys(resources).length === 0) resources['VCPU'] = 1
    }
    const anyOf = (names: readonly string[]): Set<string>[] =>
      roll(3) === 0 ? [new Set([names[roll(names.length)] ?? '', names[roll(names.length)] ?? ''])] : []
    return group(suffix, resources, {
      requiredTraits: [...anyOf(TRAITS.slice(0, 3)), ...(roll(6) === 0 ? anyOf(TRAITS.slice(0, 3)) : [])],
      forbiddenTraits: new Set(some(TRAITS.slice(0, 3), 10)),
      memberOf: roll(2) === 0 ? anyOf(AGGREGATES) : [],
      forbiddenAggregates: new Set(some(AGGREGATES, 15)),
      inTree: roll(8) === 0 ? uuids[roll(uuids.length)] : undefined,
    })
  }
  const groups: [string, RequestGroup][] = []
  if (roll(4) > 0) groups.push(makeGroup('', false))
  for (const suffix of ['_A', '_B', '_C'].slice(0, groups.length === 0 ? 1 + roll(3) : roll(3))) {
    groups.push(makeGroup(suffix, suffix === '_B' && roll(2) === 0))
  }
  const suffixes = groups.map(([suffix]) => suffix).filter((suffix) => suffix !== '')
  return request(groups, {
    groupPolicy: roll(2) === 0 ? 'isolate' : 'none',
    rootRequired: new Set(some(TRAITS.slice(0, 2), 12)),
    rootForbidden: new Set(some(TRAITS.slice(2, 3), 12)),
    sameSubtrees: suffixes.length > 1 && roll(2) === 0 ? [new Set(suffixes)] : [],
  })
}

describe('findCandidates against trying everything', () => {
  it('agrees on random forests and requests', () => {
    let nonEmpty = 0
    for (let seed = 1; seed <= 3000; seed++) {
      const roll = dice(seed)
      const index = randomForest(roll)
      const wanted = randomRequest(roll, index)
      const found = find(index, wanted)
      const expected = tryEverything([...index.all()], wanted)
      expect(texts(found), `seed ${seed}`).toEqual(expected)
      if (expected.length > 0) nonEmpty += 1
      const trees = new Set(found.requests.flatMap(({ claims }) => claims.map((claim) => claim.provider.rootUuid)))
      const described = [...index.all()].filter(({ rootUuid }) => trees.has(rootUuid))
      expect(new Set(found.summaries), `seed ${seed}`).toEqual(new Set(described))
    }
    // The random cases are worth something only if many of them have an answer.
    expect(nonEmpty).toBeGreaterThan(500)
  })
})
