// Every change of identity, and every login by password, leaves an event: who, from where, what, to what, and how it ended. Nothing of
// bodies is in it but ids, so that no secret can be.

import { hostname } from 'node:os'
import path from 'node:path'
import type { Config } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { CloudError } from '#platform/errors.ts'
import type { RawReq, Route } from '#platform/http/route.ts'
import { Reply } from '#platform/http/reply.ts'
import { newUuid } from '#platform/ids.ts'
import type { Log } from '#platform/log.ts'
import { isAttributes } from '../attributes.ts'
import { openJournal } from './journal.ts'
import { cadfEvent, claimedUser, deedOf, type EventFacts, idsIn, type Initiator, uriOf } from './rules.ts'

export type Audit = {
  /** The same route, whose successes leave events; of assignments its failures too. */
  readonly change: (row: Route) => Route
  /** The same route, each of whose logins by password leaves an event. */
  readonly login: (row: Route) => Route
  readonly close: () => Promise<void>
}

/** Where events go: a file, a message broker. */
type Outlet = { readonly write: (notification: object) => void; readonly close: () => Promise<void> }

/** The client of RabbitMQ is loaded where it is wanted alone. */
const openBroker = async (url: string, routingKey: string, log: Log): Promise<Outlet> =>
  (await import('#platform/bus/notifications.ts')).openNotifications(url, 'keystone', routingKey, log)

const whenOpen = (opening: Promise<Outlet>): Outlet => ({
  write: (notification) => void opening.then((outlet) => outlet.write(notification)),
  close: async () => (await opening).close(),
})

/** Where nobody wants events nothing is done. */
const none: Audit = { change: (row) => row, login: (row) => row, close: () => Promise.resolve() }

export function createAudit(config: Config, log: Log): Audit {
  const { file, max_mb: megabytes, topic } = config.audit
  const outlets: Outlet[] = []
  if (file !== '') outlets.push(openJournal(path.resolve(config.state, file), megabytes * 1024 * 1024, log))
  if (topic !== '' && config.bus !== '') outlets.push(whenOpen(openBroker(config.bus, `${topic}.info`, log)))
  if (outlets.length === 0) return none
  const publisher = `identity.${config.host || hostname()}`

  const emit = (event: string, facts: Omit<EventFacts, 'id' | 'observerId'>): void => {
    const timestamp = new Date(facts.at).toISOString().replace('T', ' ').replace('Z', '000')
    const notification = {
      message_id: newUuid(),
      publisher_id: publisher,
      event_type: event,
      priority: 'INFO',
      payload: cadfEvent({ ...facts, id: newUuid(), observerId: 'identity' }),
      timestamp,
    }
    for (const outlet of outlets) outlet.write(notification)
  }

  const change = (row: Route): Route => {
    if (row.method === 'GET' || row.method === 'HEAD') return row
    return {
      ...row,
      prepare: (raw, version, invalid) => {
        const call = row.prepare(raw, version, invalid)
        const deed = deedOf(row.method, row.path, isAttributes(raw.params) ? raw.params : {})
        const { operation, type } = deed
        const tell = (ctx: Ctx, id: string | null, outcome: EventFacts['outcome']): void =>
          emit(`identity.${type}.${operation}`, {
            at: ctx.now,
            action: `${operation}.${type}`,
            outcome,
            initiator: initiatorOf(ctx, raw),
            target: { typeURI: uriOf(type), id },
            more: { ...(id === null ? {} : { resource_info: id }), ...deed.more },
          })
        return async (ctx) => {
          try {
            const answer = await call(ctx)
            const made = deed.id === null ? idsIn(bodyOf(answer)) : [deed.id]
            for (const id of made.length === 0 ? [null] : made) tell(ctx, id, 'success')
            return answer
          } catch (error) {
            if (type === 'role_assignment') tell(ctx, null, 'failure')
            throw error
          }
        }
      },
    }
  }

  const login = (row: Route): Route => ({
    ...row,
    prepare: (raw, version, invalid) => {
      const call = row.prepare(raw, version, invalid)
      const { id, name } = claimedUser(raw.body)
      if (id === null && name === null) return call
      const tell = (ctx: Ctx, outcome: EventFacts['outcome'], userId: string | null): void =>
        emit('identity.authenticate', {
          at: ctx.now,
          action: 'authenticate',
          outcome,
          initiator: { ...initiatorOf(ctx, raw), userId, userName: name },
          target: { typeURI: 'service/security/account/user', id: null },
          more: {},
        })
      return async (ctx) => {
        try {
          const answer = await call(ctx)
          tell(ctx, 'success', id ?? userIn(bodyOf(answer)))
          return answer
        } catch (error) {
          if (error instanceof CloudError && error.status === 401) tell(ctx, 'failure', id)
          throw error
        }
      }
    },
  })

  const close = async () => {
    await Promise.all(outlets.map((outlet) => outlet.close()))
  }
  return { change, login, close }
}

const bodyOf = (answer: unknown): unknown => (answer instanceof Reply ? answer.body : answer)

/** The user of a rendered token. */
function userIn(body: unknown): string | null {
  if (typeof body !== 'string') return null
  return /^\{"token":\{"methods":\[[^\]]*\],"user":\{"domain":\{[^}]*\},"id":"([^"]+)"/.exec(body)?.[1] ?? null
}

function initiatorOf({ caller, requestId }: Ctx, { stream, headers }: RawReq): Initiator {
  return {
    address: stream.socket.remoteAddress ?? 'unknown',
    agent: (headers['user-agent'] ?? 'unknown').slice(0, 255),
    userId: caller.userId === '' ? null : caller.userId,
    userName: caller.userName === '' ? null : caller.userName,
    projectId: caller.projectId,
    domainId: caller.domainId,
    requestId,
  }
}
