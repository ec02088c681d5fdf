// A connection to one database of an OVSDB server (RFC 7047) that outlives the server: it dials again for as long as it is open, and
// each new connection fills the replica anew before any caller sees it as ready. A request is answered, refused, timed out, or failed
// by the loss of its connection: it never waits for ever, and it is never sent twice.
import { EventEmitter } from 'node:events'
import { connect, type Socket } from 'node:net'
import { FramingError, JsonFramer } from './framing.ts'
import { isObject, type Json, type JsonObject, parseJson } from './json.ts'
import { encodeOperation, type Operation } from './operations.ts'
import { type IndexSpec, Replica, type RowChange } from './replica.ts'
import { decodeRow, type Row } from './values.ts'
import { parseSchema, type Schema } from './schema.ts'

/** The server said no: `code` is its error word ("constraint violation", "timed out", …). */
export class OvsdbError extends Error {
  override name = 'OvsdbError'
  readonly code: string

  constructor(code: string, details: string) {
    super(details === '' ? code : `${code}: ${details}`)
    this.code = code
  }
}

/** There is no connection, or it was lost before the answer came: whether a transaction happened is then unknown. */
export class OvsdbDisconnected extends Error {
  override name = 'OvsdbDisconnected'
}

export type OvsdbOptions = {
  /** `unix:/path` or `tcp:host:port` (IPv6 hosts in brackets). */
  remote: string
  database: string
  /** Tables to mirror, each with the columns wanted or true for all. */
  tables: { readonly [table: string]: readonly string[] | true }
  indexes?: readonly IndexSpec[]
  requestTimeoutMs?: number
  /** Silence after which the server is asked for a sign of life; as long again and the connection is given up. */
  probeIntervalMs?: number
  reconnectMs?: { first: number; longest: number }
  maxMessageLength?: number
}

/** The outcome of one operation: rows of a select, the UUID of an insert, the count of the others. */
export type OperationResult = { uuid?: string; count?: number; rows?: Row[] }

type Pending = { resolve: (result: Json) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }
type Events = { sync: []; lost: [Error]; change: [readonly RowChange[]] }

function dial(remote: string): Socket {
  const unix = /^unix:(.+)$/.exec(remote)
  if (unix?.[1] !== undefined) return connect({ path: unix[1] })
  const tcp = /^tcp:(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(remote)
  const host = tcp?.[1] ?? tcp?.[2]
  if (host === undefined) throw new Error(`not an OVSDB remote: ${remote}`)
  return connect({ host, port: Number(tcp?.[3]) })
}

/**
 * Events: `sync` when the replica has been filled (at first, and after each loss), `change` with the rows that an update touched,
 * `lost` when a connection ended. Changes that happened while away are not told: compare on `sync`.
 */
export class OvsdbClient extends EventEmitter<Events> {
  readonly replica: Replica
  readonly #options: Required<OvsdbOptions>
  #socket: Socket | undefined
  #framer: JsonFramer
  #schema: Schema | undefined
  #pending = new Map<number, Pending>()
  #nextId = 1
  #ready = false
  #closed = false
  #delay: number
  #redial: NodeJS.Timeout | undefined
  #probe: NodeJS.Timeout | undefined
  #heard = 0

  constructor(options: OvsdbOptions) {
    super()
    this.#options = {
      indexes: [],
      requestTimeoutMs: 15_000,
      probeIntervalMs: 10_000,
      reconnectMs: { first: 100, longest: 5_000 },
      maxMessageLength: 256 * 1024 * 1024,
      ...options,
    }
    this.replica = new Replica(this.#options.indexes)
    this.#framer = new JsonFramer(this.#options.maxMessageLength)
    this.#delay = this.#options.reconnectMs.first
  }

  /** Dials, and dials again for as long as the client is open. */
  open(): void {
    if (this.#socket === undefined && !this.#closed) this.#dial()
  }

  /** Whether the replica is a true mirror at this moment. */
  get ready(): boolean {
    return this.#ready
  }

  /** Version of the database's schema, once known. */
  get schemaVersion(): string | undefined {
    return this.#schema?.version
  }

  /** Whether the server's schema has the column; false before the first connection. */
  hasColumn(table: string, column: string): boolean {
    return this.#schema?.tables.get(table)?.has(column) ?? false
  }

  /** Resolves when the replica is in sync; rejects with OvsdbDisconnected after `timeoutMs` or when the client is closed. */
  async untilReady(timeoutMs: number): Promise<void> {
    if (this.#ready) return
    const signal = AbortSignal.timeout(timeoutMs)
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const fail = (): void => reject(new OvsdbDisconnected(`no answer from ${this.#options.remote}`))
    const finish = (): void => resolve()
    this.once('sync', finish)
    signal.addEventListener('abort', fail, { once: true })
    try {
      if (this.#closed) fail()
      await promise
    } finally {
      this.off('sync', finish)
      signal.removeEventListener('abort', fail)
    }
  }

  /**
   * Runs the operations as one transaction. Throws OvsdbError when the server refuses any of them (nothing was done then), and
   * OvsdbDisconnected when the connection is away. When it resolves, the replica already shows what was done.
   */
  async transact(operations: readonly Operation[]): Promise<OperationResult[]> {
    const schema = this.#schema
    if (schema === undefined || !this.#ready) throw new OvsdbDisconnected(`not connected to ${this.#options.remote}`)
    const encoded = operations.map((operation) => encodeOperation(schema, operation))
    const reply = await this.#call('transact', [schema.name, ...encoded])
    if (!Array.isArray(reply)) throw new OvsdbError('malformed reply', 'transact did not answer with a list')
    for (const result of reply) {
      if (isObject(result) && typeof result.error === 'string') {
        throw new OvsdbError(result.error, typeof result.details === 'string' ? result.details : '')
      }
    }
    return operations.map((operation, at) => readResult(schema, operation.table, reply[at]))
  }

  /** Ends the connection for good; requests under way are rejected. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#redial)
    this.#lose(new OvsdbDisconnected('the client was closed'))
  }

  #dial(): void {
    const socket = dial(this.#options.remote)
    this.#socket = socket
    this.#framer = new JsonFramer(this.#options.maxMessageLength)
    socket.on('connect', () => {
      this.#heard = Date.now()
      this.#probe = setInterval(() => this.#checkAlive(), this.#options.probeIntervalMs).unref()
      this.#synchronise().catch((error: unknown) => this.#lose(toError(error)))
    })
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => this.#lose(new OvsdbDisconnected(error.message)))
    socket.on('close', () => {
      if (this.#socket === socket) this.#lose(new OvsdbDisconnected('the server closed the connection'))
    })
  }

  async #synchronise(): Promise<void> {
    const { database, tables } = this.#options
    const schema = parseSchema(await this.#call('get_schema', [database]))
    const requests: JsonObject = {}
    for (const [table, columns] of Object.entries(tables)) {
      const known = schema.tables.get(table)
      if (known === undefined) continue
      requests[table] = [{ columns: columns === true ? [...known.keys()] : columns.filter((name) => known.has(name)) }]
    }
    this.#schema = schema
    this.replica.reset(schema)
    this.replica.apply(...(await this.#monitor(database, requests)))
    this.#ready = true
    this.#delay = this.#options.reconnectMs.first
    this.emit('sync')
  }

  async #monitor(database: string, requests: JsonObject): Promise<[Json, 'update' | 'update2']> {
    try {
      return [await this.#call('monitor_cond', [database, null, requests]), 'update2']
    } catch (error) {
      if (!(error instanceof OvsdbError)) throw error
      // Servers before 2.6 know the plain monitor of the RFC alone.
      return [await this.#call('monitor', [database, null, requests]), 'update']
    }
  }

  #call(method: string, params: Json[]): Promise<Json> {
    const socket = this.#socket
    const { promise, resolve, reject } = Promise.withResolvers<Json>()
    if (socket === undefined || socket.destroyed) {
      reject(new OvsdbDisconnected(`not connected to ${this.#options.remote}`))
      return promise
    }
    const id = this.#nextId++
    const timer = setTimeout(() => {
      this.#pending.delete(id)
      reject(new OvsdbDisconnected(`${method} was not answered in ${this.#options.requestTimeoutMs} ms`))
    }, this.#options.requestTimeoutMs).unref()
    this.#pending.set(id, { resolve, reject, timer })
    socket.write(JSON.stringify({ method, params, id }))
    return promise
  }

  #receive(chunk: Buffer): void {
    this.#heard = Date.now()
    try {
      for (const text of this.#framer.push(chunk)) this.#handle(parseJson(text))
    } catch (error) {
      if (!(error instanceof FramingError || error instanceof SyntaxError || error instanceof TypeError)) throw error
      this.#lose(error)
    }
  }

  #handle(message: Json): void {
    if (!isObject(message)) throw new FramingError('a message must be a JSON object')
    const { method, params, id } = message
    if (method === undefined) {
      this.#answer(message)
    } else if (method === 'echo') {
      this.#socket?.write(JSON.stringify({ id: id ?? null, result: params ?? [], error: null }))
    } else if ((method === 'update' || method === 'update2') && Array.isArray(params)) {
      const changes = this.replica.apply(params[1] ?? null, method)
      if (this.#ready && changes.length > 0) this.emit('change', changes)
    }
  }

  #answer({ id, result, error }: JsonObject): void {
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined
    if (pending === undefined || typeof id !== 'number') return
    this.#pending.delete(id)
    clearTimeout(pending.timer)
    if (error === null || error === undefined) {
      pending.resolve(result ?? null)
    } else if (isObject(error)) {
      const details = typeof error.details === 'string' ? error.details : ''
      pending.reject(new OvsdbError(typeof error.error === 'string' ? error.error : 'error', details))
    } else {
      pending.reject(new OvsdbError(typeof error === 'string' ? error : JSON.stringify(error), ''))
    }
  }

  #checkAlive(): void {
    const silence = Date.now() - this.#heard
    if (silence > 2 * this.#options.probeIntervalMs) {
      this.#lose(new OvsdbDisconnected(`the server was silent for ${silence} ms`))
    } else if (silence >= this.#options.probeIntervalMs) {
      this.#call('echo', []).catch(() => undefined)
    }
  }

  #lose(error: Error): void {
    const socket = this.#socket
    if (socket === undefined) return
    this.#socket = undefined
    this.#ready = false
    clearInterval(this.#probe)
    socket.destroy()
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    for (const { reject, timer } of pending) {
      clearTimeout(timer)
      reject(error)
    }
    if (this.#closed) return
    this.emit('lost', error)
    this.#redial = setTimeout(() => this.#dial(), this.#delay).unref()
    this.#delay = Math.min(this.#delay * 2, this.#options.reconnectMs.longest)
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function readResult(schema: Schema, table: string, result: Json | undefined): OperationResult {
  if (!isObject(result)) return {}
  const outcome: OperationResult = {}
  if (Array.isArray(result.uuid) && typeof result.uuid[1] === 'string') outcome.uuid = result.uuid[1]
  if (typeof result.count === 'number') outcome.count = result.count
  const columns = schema.tables.get(table)
  if (Array.isArray(result.rows) && columns !== undefined)
    outcome.rows = result.rows.map((row) => decodeRow(columns, row))
  return outcome
}
