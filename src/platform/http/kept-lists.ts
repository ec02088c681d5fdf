// Lists that are read a thousand times for each time they change: their JSON is kept until something is written.
import { LRUCache } from 'lru-cache'
import type { Bus } from '../bus/bus.ts'
import type { Ctx } from '../context.ts'
import { renderedJson, type Reply } from './reply.ts'

/** The kept answers of a few routes that change together. */
export type KeptLists = {
  /**
   * The kept answer to this request by this caller, or what `make` gives now.
   * @param rule what `make` asks; null where the edge has decided
   */
  readonly read: (
    ctx: Ctx,
    path: string,
    rawQuery: string,
    rule: string | null,
    make: () => Promise<unknown>,
  ) => Promise<Reply>
  /** Forgets everything, here and on every other controller: call it once a write is durable. */
  readonly changed: () => void
  readonly close: () => Promise<void>
}

/** Another controller's word may be late by this much, should the bus lose it. */
const ttlMs = 5000
const maxAnswers = 500

/**
 * Makes a store of answers.
 * @param topic tells the other controllers, so unique to these lists
 */
export function createKeptLists(bus: Bus, topic: string): KeptLists {
  const answers = new LRUCache<string, string>({ max: maxAnswers, ttl: ttlMs })
  // An answer that was being made while something changed is given out but not kept.
  let epoch = 0
  const forget = () => {
    epoch += 1
    answers.clear()
  }
  const subscription = bus.subscribe(topic, forget)
  return {
    read: async (ctx, path, rawQuery, rule, make) => {
      const { caller } = ctx
      const scope = `${caller.projectId ?? ''} ${caller.domainId ?? ''} ${caller.systemScope ?? ''} ${caller.userId}`
      const key = `${ctx.baseUrl}${path}?${rawQuery} ${ctx.version} ${scope} ${caller.roles.join()}`
      const kept = answers.get(key)
      if (kept !== undefined) {
        // The same rules let the same roles in the same scope in when it was made.
        if (rule !== null) ctx.can(rule)
        return renderedJson(kept)
      }
      const begun = epoch
      const text = JSON.stringify(await make())
      if (begun === epoch) answers.set(key, text)
      return renderedJson(text)
    },
    changed: () => {
      forget()
      void bus.publish(topic, null)
    },
    close: async () => (await subscription)(),
  }
}
