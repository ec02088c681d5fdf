// Slows down whoever guesses: failed logins are counted by address and by user, and too many of them are answered with 429 before
// anything is looked up. Counts drain away evenly; a login that succeeds costs a look into a map that is empty as a rule.

import { BlockList, isIPv4 } from 'node:net'
import { LRUCache } from 'lru-cache'
import type { Settings } from '#platform/config.ts'
import { CloudError, tooManyRequests } from '#platform/errors.ts'
import type { Route } from '#platform/http/route.ts'
import { isAttributes } from '../attributes.ts'

export type LoginGate = {
  /** @throws tooManyRequests, with the seconds to wait */
  readonly enter: (keys: readonly string[], now: number) => void
  readonly failed: (keys: readonly string[], now: number) => void
  /** Whether nobody has failed lately: then nobody need be looked for. */
  readonly idle: () => boolean
}

const MOST_KEYS = 10_000
const MINUTE_MS = 60_000
const longestKey = 200

/** A key is `address …` or `user …`; 0 failures allowed: any number. */
export function createLoginGate({ address_failures, user_failures }: Settings['login_limits']): LoginGate {
  const counts = new LRUCache<string, { level: number; at: number }>({ max: MOST_KEYS })
  const mostOf = (key: string): number => (key.startsWith('address ') ? address_failures : user_failures)
  const levelOf = (key: string, most: number, now: number): number => {
    const known = counts.get(key)
    return known ? Math.max(0, known.level - (Math.max(0, now - known.at) / MINUTE_MS) * most) : 0
  }
  return {
    idle: () => counts.size === 0,
    enter: (keys, now) => {
      for (const key of keys) {
        const most = mostOf(key)
        const over = most === 0 ? -1 : levelOf(key, most, now) - (most - 1)
        if (over <= 0) continue
        const seconds = Math.max(1, Math.ceil((over / most) * 60))
        throw tooManyRequests('Too many failed logins. Try again later.', {
          headers: { 'retry-after': String(seconds) },
        })
      }
    },
    failed: (keys, now) => {
      for (const key of keys) {
        const most = mostOf(key)
        if (most > 0) counts.set(key, { level: levelOf(key, most, now) + 1, at: now })
      }
    },
  }
}

/** The same route, whose failed logins count. */
export const gated = (row: Route, gate: LoginGate): Route => ({
  ...row,
  prepare: (raw, version, invalid) => {
    const call = row.prepare(raw, version, invalid)
    const keys = () => [
      ...addressKey(raw.stream.socket.remoteAddress),
      ...userKeys(raw.body, isAttributes(raw.params) ? raw.params['user_id'] : undefined),
    ]
    return async (ctx) => {
      if (!gate.idle()) gate.enter(keys(), ctx.now)
      try {
        return await call(ctx)
      } catch (error) {
        if (error instanceof CloudError && error.status === 401) gate.failed(keys(), ctx.now)
        throw error
      }
    }
  },
})

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

/** Whoever comes over loopback may be everybody behind a proxy. IPv6 is counted by network, for each has 2^64 addresses. */
export function addressKey(given: string | undefined): string[] {
  if (given === undefined) return []
  const address = given.startsWith('::ffff:') ? given.slice(7) : given
  if (isIPv4(address)) return loopback.check(address) ? [] : [`address ${address}`]
  return loopback.check(address, 'ipv6') ? [] : [`address ${address.split(':').slice(0, 4).join(':')}`]
}

const METHODS = ['password', 'totp', 'application_credential'] as const

/** Whom a body says it is; a user by id and by name counts twice over, which a guesser gains little from. */
export function userKeys(body: unknown, id: unknown): string[] {
  if (typeof id === 'string') return [keyOf(id)]
  const identity = isAttributes(body) && isAttributes(body['auth']) ? body['auth']['identity'] : undefined
  if (!isAttributes(identity)) return []
  return METHODS.flatMap((method) => {
    const given = identity[method]
    if (!isAttributes(given)) return []
    if (typeof given['id'] === 'string') return [keyOf(`${method} ${given['id']}`)]
    const user = given['user']
    if (!isAttributes(user)) return []
    if (typeof user['id'] === 'string') return [keyOf(user['id'])]
    const domain = isAttributes(user['domain']) ? (user['domain']['id'] ?? user['domain']['name']) : ''
    return typeof user['name'] === 'string' ? [keyOf(`${JSON.stringify(domain)} ${user['name']}`)] : []
  })
}

const keyOf = (name: string): string => `user ${name.slice(0, longestKey)}`
