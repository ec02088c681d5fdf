import type { Provider } from '#placement/resource-providers/rules/provider-index.ts'
import type { ManyAllocations, SetAllocations } from './schemas.ts'

/** What one consumer is to hold when all is done; nothing at all where `claims` is empty. */
export type Wanted = {
  readonly consumer: string
  /** Undefined: before 1.8 nobody said whose it is. */
  readonly projectId: string | undefined
  readonly userId: string | undefined
  readonly type: string | undefined
  /** Generation the caller has seen, null for "there is none yet"; undefined: not checked. */
  readonly generation: number | null | undefined
  readonly claims: readonly Claim[]
}

/** An amount of one class of one provider. */
export type Claim = { readonly provider: string; readonly resourceClass: string; readonly amount: number }

/** Generations of consumers count from this version on, their types from 1.38. */
export const CONSUMER_GENERATIONS = 28

/** One consumer as PUT /allocations/{consumer_uuid} gives it, at any version. */
export const wantedOf = (consumer: string, body: SetAllocations, version: number): Wanted => ({
  consumer,
  projectId: body.project_id,
  userId: body.user_id,
  type: body.consumer_type,
  generation: version >= CONSUMER_GENERATIONS ? body.consumer_generation : undefined,
  claims: Array.isArray(body.allocations)
    ? [...new Map(body.allocations.map((each) => [each.resource_provider.uuid, each.resources]))].flatMap(toClaims)
    : Object.entries(body.allocations).flatMap(([provider, { resources }]) => toClaims([provider, resources])),
})

/** The consumers of POST /allocations and of POST /reshaper. */
export const wantedOfMany = (body: ManyAllocations, version: number): Wanted[] =>
  Object.entries(body).map(([consumer, each]) => wantedOf(consumer, each, version))

const toClaims = ([provider, resources]: readonly [string, Readonly<Record<string, number>>]): Claim[] =>
  Object.entries(resources).map(([resourceClass, amount]) => ({ provider, resourceClass, amount }))

/** Why a claim cannot be: a name that does not exist, or an inventory that cannot give what is asked. */
export class ClaimError extends Error {
  readonly kind: 'unknown' | 'invalid'

  constructor(kind: 'unknown' | 'invalid', message: string) {
    super(message)
    this.kind = kind
  }
}

type Usage = { readonly provider: string; readonly resourceClass: string; readonly used: number }

/** Providers as they will be, while a change is being made. */
export type Draft = {
  readonly get: (uuid: string) => Provider | undefined
  readonly put: (provider: Provider) => void
}

/**
 * Takes the old allocations of some consumers back and puts the new ones in their place, in the draft.
 * A provider that is over its capacity may only get less so. Throws ClaimError; the draft is then of no use.
 */
export const applyClaims = (
  draft: Draft,
  hasClass: (name: string) => boolean,
  old: readonly Usage[],
  claims: readonly Claim[],
): void => {
  const unknown = claims.find(({ resourceClass }) => !hasClass(resourceClass))
  if (unknown !== undefined) throw new ClaimError('unknown', `No such resource class ${unknown.resourceClass}.`)
  const before = new Map<string, number>()
  for (const { provider, resourceClass, used } of old) {
    const inventory = draft.get(provider)?.inventories.get(resourceClass)
    if (inventory !== undefined) remember(before, provider, resourceClass, inventory.used)
    addUsage(draft, provider, resourceClass, -used)
  }
  checkInventories(draft, claims)
  for (const { provider: uuid, resourceClass, amount } of claims) {
    const inventory = draft.get(uuid)?.inventories.get(resourceClass)
    if (inventory === undefined) throw new ClaimError('invalid', invalidText(resourceClass, uuid))
    if (amount < inventory.minUnit || amount > inventory.maxUnit || amount % inventory.stepSize !== 0) {
      throw new ClaimError('invalid', refusal(resourceClass, uuid, 'violate inventory constraints'))
    }
    const sum = inventory.used + amount
    const isOver = sum > (inventory.total - inventory.reserved) * inventory.allocationRatio
    if (isOver && sum > (before.get(`${uuid} ${resourceClass}`) ?? inventory.used)) {
      throw new ClaimError('invalid', refusal(resourceClass, uuid, 'exceed the capacity'))
    }
    remember(before, uuid, resourceClass, inventory.used)
    addUsage(draft, uuid, resourceClass, amount)
  }
}

/** Keeps the first value: what was used before anything was changed. */
const remember = (before: Map<string, number>, uuid: string, resourceClass: string, used: number): void => {
  const key = `${uuid} ${resourceClass}`
  if (!before.has(key)) before.set(key, used)
}

const invalidText = (classes: string, providers: string): string =>
  `Inventory for '${classes}' on resource provider '${providers}' invalid.`

const refusal = (resourceClass: string, uuid: string, what: string): string =>
  `Unable to create allocation for '${resourceClass}' on resource provider '${uuid}'. ` +
  `The requested amount would ${what}.`

/** Providers that have nothing of any class asked for are named all at once. */
const checkInventories = (draft: Draft, claims: readonly Claim[]): void => {
  const classes = [...new Set(claims.map(({ resourceClass }) => resourceClass))]
  const missing = [...new Set(claims.map(({ provider }) => provider))].filter(
    (uuid) => !classes.some((name) => draft.get(uuid)?.inventories.has(name)),
  )
  if (missing.length > 0) throw new ClaimError('invalid', invalidText(classes.join(', '), missing.join(', ')))
}

const addUsage = (draft: Draft, uuid: string, resourceClass: string, amount: number): void => {
  const provider = draft.get(uuid)
  const inventory = provider?.inventories.get(resourceClass)
  if (provider === undefined || inventory === undefined) return
  const inventories = new Map(provider.inventories)
  inventories.set(resourceClass, { ...inventory, used: inventory.used + amount })
  draft.put({ ...provider, inventories })
}
