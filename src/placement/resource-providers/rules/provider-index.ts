// The forest of resource providers as a search needs it: by tree, class, trait and aggregate, in memory and pure.
// Providers are replaced whole (`put`), keyed by uuid, and refer to one another by uuid, so they may come in any order.
// Invariant: every secondary map holds exactly what the providers themselves say, and no empty sets.

/** Marks a provider whose inventory may be used by the trees it shares an aggregate with. */
export const SHARES_VIA_AGGREGATE = 'MISC_SHARES_VIA_AGGREGATE'

/** `used` is the sum of what consumers hold; times are milliseconds. */
export type Inventory = {
  readonly total: number
  readonly reserved: number
  readonly minUnit: number
  readonly maxUnit: number
  readonly stepSize: number
  readonly allocationRatio: number
  readonly used: number
  readonly updatedAt: number
}

/** A root is its own `rootUuid` and has no `parentUuid`. Inventories are keyed by resource class. */
export type Provider = {
  readonly uuid: string
  readonly name: string
  readonly generation: number
  readonly updatedAt: number
  readonly parentUuid: string | undefined
  readonly rootUuid: string
  readonly inventories: ReadonlyMap<string, Inventory>
  readonly traits: ReadonlySet<string>
  readonly aggregates: ReadonlySet<string>
}

/** What can be allocated in all: (total - reserved) * ratio, cut to a whole number. */
export const capacityOf = (inventory: Inventory): number =>
  Math.trunc((inventory.total - inventory.reserved) * inventory.allocationRatio)

/** Whether one claim of this amount fits: room left, and the unit, maximum and step the inventory sets. */
export const fits = (inventory: Inventory, amount: number): boolean =>
  inventory.used + amount <= (inventory.total - inventory.reserved) * inventory.allocationRatio &&
  amount >= inventory.minUnit &&
  amount <= inventory.maxUnit &&
  amount % inventory.stepSize === 0

type Multimap = Map<string, Set<Provider>>

const NONE: ReadonlySet<Provider> = new Set()

const link = (map: Multimap, key: string, provider: Provider): void => {
  const set = map.get(key)
  if (set === undefined) map.set(key, new Set([provider]))
  else set.add(provider)
}

const unlink = (map: Multimap, key: string, provider: Provider): void => {
  const set = map.get(key)
  set?.delete(provider)
  if (set?.size === 0) map.delete(key)
}

export class ProviderIndex {
  readonly #providers = new Map<string, Provider>()
  readonly #names = new Map<string, Provider>()
  readonly #trees: Multimap = new Map()
  readonly #classes: Multimap = new Map()
  readonly #traits: Multimap = new Map()
  readonly #aggregates: Multimap = new Map()
  #nested = 0
  #sharers: Map<string, Provider[]> | undefined

  get size(): number {
    return this.#providers.size
  }

  /** Whether any provider is a child: without trees and sharing every candidate is a single provider. */
  get hasTrees(): boolean {
    return this.#nested > 0
  }

  get(uuid: string): Provider | undefined {
    return this.#providers.get(uuid)
  }

  /** Names are unique. */
  named(name: string): Provider | undefined {
    return this.#names.get(name)
  }

  all(): Iterable<Provider> {
    return this.#providers.values()
  }

  roots(): Iterable<string> {
    return this.#trees.keys()
  }

  /** The providers of a tree, by the uuid of its root; empty for any other uuid. */
  tree(rootUuid: string): ReadonlySet<Provider> {
    return this.#trees.get(rootUuid) ?? NONE
  }

  withClass(resourceClass: string): ReadonlySet<Provider> {
    return this.#classes.get(resourceClass) ?? NONE
  }

  withTrait(trait: string): ReadonlySet<Provider> {
    return this.#traits.get(trait) ?? NONE
  }

  inAggregate(aggregate: string): ReadonlySet<Provider> {
    return this.#aggregates.get(aggregate) ?? NONE
  }

  /** Providers outside the tree that share with it, because one of its members is in one of their aggregates. */
  sharersOf(rootUuid: string): readonly Provider[] {
    this.#sharers ??= this.#findSharers()
    return this.#sharers.get(rootUuid) ?? []
  }

  /** Adds a provider or replaces the one of the same uuid. A replaced provider keeps its place in the order. */
  put(provider: Provider): void {
    const old = this.#providers.get(provider.uuid)
    if (old !== undefined) this.#unlink(old)
    this.#providers.set(provider.uuid, provider)
    this.#names.set(provider.name, provider)
    link(this.#trees, provider.rootUuid, provider)
    for (const name of provider.inventories.keys()) link(this.#classes, name, provider)
    for (const name of provider.traits) link(this.#traits, name, provider)
    for (const name of provider.aggregates) link(this.#aggregates, name, provider)
    if (provider.parentUuid !== undefined) this.#nested += 1
    // A sharer's list holds the provider object itself, so any change of a sharer counts.
    if (provider.aggregates.size > 0 || old?.aggregates.size) this.#sharers = undefined
  }

  remove(uuid: string): void {
    const provider = this.#providers.get(uuid)
    if (provider === undefined) return
    this.#unlink(provider)
    this.#providers.delete(uuid)
    this.#sharers = undefined
  }

  #unlink(provider: Provider): void {
    if (this.#names.get(provider.name)?.uuid === provider.uuid) this.#names.delete(provider.name)
    unlink(this.#trees, provider.rootUuid, provider)
    for (const name of provider.inventories.keys()) unlink(this.#classes, name, provider)
    for (const name of provider.traits) unlink(this.#traits, name, provider)
    for (const name of provider.aggregates) unlink(this.#aggregates, name, provider)
    if (provider.parentUuid !== undefined) this.#nested -= 1
  }

  #findSharers(): Map<string, Provider[]> {
    const byRoot = new Map<string, Set<Provider>>()
    for (const sharer of this.withTrait(SHARES_VIA_AGGREGATE)) {
      for (const aggregate of sharer.aggregates) {
        for (const { rootUuid } of this.inAggregate(aggregate)) {
          if (rootUuid !== sharer.rootUuid) link(byRoot, rootUuid, sharer)
        }
      }
    }
    return new Map([...byRoot].map(([root, sharers]) => [root, [...sharers]]))
  }
}
