// Worlds and searches drawn from a seed: trees, sharing providers, claims, and what may be asked of them.
import { randomUUID } from 'node:crypto'
import { allocationBody } from './allocations.ts'
import { NEWEST, type Provider, type Tour } from './tour.ts'

/** Draws from a seed; the same seed draws the same. */
export type Dice = {
  readonly below: (limit: number) => number
  readonly chance: (share: number) => boolean
  readonly pick: <T>(items: readonly [T, ...T[]]) => T
  readonly some: <T>(items: readonly T[], share: number) => T[]
}

/** Mulberry32. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => items[below(items.length)] ?? items[0],
    some: (items, share) => items.filter(() => next() < share),
  }
}

const classes = ['VCPU', 'MEMORY_MB', 'DISK_GB', 'SRIOV_NET_VF'] as const
const traits = ['HW_CPU_X86_VMX', 'HW_CPU_X86_SGX', 'HW_NIC_OFFLOAD_TSO', 'STORAGE_DISK_SSD'] as const
const shares = 'MISC_SHARES_VIA_AGGREGATE'

export type World = {
  readonly providers: readonly string[]
  readonly aggregates: readonly string[]
  readonly isShared: boolean
}

/** Builds a world of some trees on both sides. */
export async function buildWorld(tour: Tour, dice: Dice): Promise<World> {
  const aggregates = [randomUUID(), randomUUID(), randomUUID()]
  const isShared = dice.chance(0.5)
  const providers: string[] = []
  const inventory = (): object => {
    const total = 1 + dice.below(8)
    return {
      total,
      ...(dice.chance(0.2) ? { reserved: dice.below(total) } : {}),
      ...(dice.chance(0.2) ? { allocation_ratio: dice.pick([0.5, 1.5, 2]) } : {}),
      ...(dice.chance(0.2) ? { min_unit: 1 + dice.below(3) } : {}),
      ...(dice.chance(0.2) ? { max_unit: 1 + dice.below(4) } : {}),
      ...(dice.chance(0.2) ? { step_size: 1 + dice.below(2) } : {}),
    }
  }
  const create = async (parent: string | undefined, shared: boolean): Promise<string> => {
    const wanted = shared ? classes.slice(2) : classes
    const what: Provider = {
      parent,
      inventories: Object.fromEntries(dice.some(wanted, 0.55).map((name) => [name, inventory()])),
      traits: [...dice.some(traits, 0.3), ...(shared ? [shares] : [])],
      aggregates: dice.some(aggregates, shared ? 0.5 : 0.3),
    }
    const uuid = await tour.provider(`world-${randomUUID()}`, what)
    providers.push(uuid)
    return uuid
  }
  for (let trees = 1 + dice.below(4); trees > 0; trees -= 1) {
    const root = await create(undefined, isShared && dice.chance(0.1))
    for (let children = dice.below(3); children > 0; children -= 1) {
      const child = await create(root, isShared && dice.chance(0.05))
      if (dice.chance(0.3)) await create(child, false)
    }
  }
  for (let sharing = isShared ? 1 + dice.below(2) : 0; sharing > 0; sharing -= 1) await create(undefined, true)
  return { providers, aggregates, isShared }
}

/** Claims some of the world; those that do not fit are refused on both sides. */
export async function claimSome(tour: Tour, { providers }: World, dice: Dice): Promise<() => Promise<void>> {
  const consumers: string[] = []
  for (const provider of dice.some(providers, 0.4)) {
    const consumer = randomUUID()
    consumers.push(consumer)
    const resources = Object.fromEntries(dice.some(classes, 0.3).map((name) => [name, 1 + dice.below(2)]))
    if (Object.keys(resources).length === 0) continue
    await tour.newest('PUT', `/allocations/${consumer}`, allocationBody(NEWEST, { [provider]: resources }))
  }
  return async () => {
    for (const consumer of consumers) await tour.newest('DELETE', `/allocations/${consumer}`)
  }
}

const since = {
  required: 17,
  memberOf: 21,
  forbiddenTraits: 22,
  repeated: 24,
  groups: 25,
  inTree: 31,
  forbiddenAggregates: 32,
  names: 33,
  root: 35,
  subtree: 36,
  anyOf: 39,
}

/** A search that the version knows how to ask; most have an answer. */
export function drawSearch({ providers, aggregates, isShared }: World, minor: number, dice: Dice): string {
  const query: string[] = []
  const amounts = (share: number): string => {
    const wanted = dice.some(classes, share)
    return (wanted.length > 0 ? wanted : [dice.pick(classes)]).map((name) => `${name}:${1 + dice.below(3)}`).join()
  }
  const traitsText = (): string => {
    if (minor >= since.anyOf && dice.chance(0.3)) return `in:${dice.some(traits, 0.5).join() || traits[0]}`
    const mark = () => (minor >= since.forbiddenTraits && dice.chance(0.4) ? '!' : '')
    return (
      dice
        .some(traits, 0.25)
        .map((name) => `${mark()}${name}`)
        .join() || traits[0]
    )
  }
  const aggregatesText = (): string => {
    const mark = minor >= since.forbiddenAggregates && dice.chance(0.3) ? '!' : ''
    const [first = '', second = ''] = aggregates
    return dice.chance(0.5) ? `${mark}in:${first},${second}` : `${mark}${dice.pick([first, second])}`
  }
  const narrow = (suffix: string) => {
    if (minor >= since.required && dice.chance(0.3)) query.push(`required${suffix}=${traitsText()}`)
    if (minor >= since.memberOf && dice.chance(0.25)) query.push(`member_of${suffix}=${aggregatesText()}`)
    if (minor >= since.repeated && dice.chance(0.1)) query.push(`member_of${suffix}=${aggregatesText()}`)
    if (minor >= since.inTree && dice.chance(0.15))
      query.push(`in_tree${suffix}=${providers[dice.below(providers.length)]}`)
  }
  const suffixes =
    minor >= since.groups
      ? ['1', '2', '3'].slice(0, dice.below(4)).map((each) => (minor >= since.names ? `_G${each}` : each))
      : []
  // Of a plain group that sharing providers alone satisfy, Placement forgets all anchors but one, so that what other groups add is lost.
  if (suffixes.length === 0 || (!isShared && dice.chance(0.5))) {
    query.push(`resources=${amounts(0.4)}`)
    narrow('')
  }
  const bare: string[] = []
  for (const suffix of suffixes) {
    if (minor >= since.subtree && query.length > 0 && dice.chance(0.2)) bare.push(suffix)
    else query.push(`resources${suffix}=${amounts(0.2)}`)
    if (bare.includes(suffix)) query.push(`required${suffix}=${traitsText()}`)
    else narrow(suffix)
  }
  if (minor >= since.subtree && suffixes.length > 1 && (bare.length > 0 || dice.chance(0.4))) {
    query.push(`same_subtree=${[...new Set([...bare, ...dice.some(suffixes, 0.7)])].join() || suffixes[0]}`)
  } else if (bare.length > 0) query.push(`same_subtree=${bare.join()}`)
  // With `isolate` Placement adds up what an earlier candidate took of a plain group.
  const isMixed = query.some((each) => each.startsWith('resources='))
  if (suffixes.length > 0) query.push(`group_policy=${isMixed ? 'none' : dice.pick(['none', 'isolate'])}`)
  if (minor >= since.root && dice.chance(0.2))
    query.push(`root_required=${dice.chance(0.4) ? '!' : ''}${dice.pick(traits)}`)
  return query.join('&')
}
