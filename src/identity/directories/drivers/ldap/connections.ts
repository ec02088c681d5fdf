// Connections to a directory: a few that are bound as the reader and kept, and one for each login under way.

import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { ConnectionOptions } from 'node:tls'
import { Client, InvalidCredentialsError } from 'ldapts'
import PQueue from 'p-queue'
import { messageOf } from '#platform/errors.ts'
import type { LdapOptions } from '../../rules.ts'
import { DirectoryFailure } from '../driver.ts'

const ANSWER_MS = 30_000

export type Connections = {
  /** Lends a connection that is bound as the reader. @throws DirectoryFailure */
  readonly use: <T>(work: (client: Client) => Promise<T>) => Promise<T>
  /** Whether somebody with that DN has that password. @throws DirectoryFailure where the directory is away */
  readonly bind: (dn: string, password: string) => Promise<boolean>
  readonly close: () => Promise<void>
}

type Kept = { readonly client: Client; readonly since: number }

export function createConnections(options: LdapOptions): Connections {
  const reading = new PQueue({ concurrency: options.poolSize })
  const logins = new PQueue({ concurrency: options.authPoolSize })
  const idle: Kept[] = []
  let closed = false

  const connect = async (dn: string | null, password: string | null): Promise<Client> => {
    const { most, delayMs } = options.attempts
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await connectToOne(dn, password)
      } catch (error) {
        if (error instanceof InvalidCredentialsError || attempt >= most || closed) throw error
      }
      await setTimeout(delayMs)
    }
  }

  /** To the first server that takes it. */
  const connectToOne = async (dn: string | null, password: string | null): Promise<Client> => {
    let failure: unknown = new Error('no URL of a directory')
    for (const url of options.urls) {
      // Options of TLS would make any connection a secure one.
      const secure = url.startsWith('ldaps:') ? { tlsOptions: tlsOf(options) } : {}
      const client = new Client({
        url,
        timeout: ANSWER_MS,
        connectTimeout: options.connectMs,
        strictDN: false,
        ...secure,
      })
      try {
        if (options.startTls && !url.startsWith('ldaps:')) await client.startTLS(tlsOf(options))
        if (dn !== null && password !== null) await client.bind(dn, password)
        return client
      } catch (error) {
        await end(client)
        // The next server would say the same.
        if (error instanceof InvalidCredentialsError) throw error
        failure = error
      }
    }
    throw failure
  }

  const take = async (): Promise<Kept> => {
    const kept = idle.pop()
    const fresh = kept && performance.now() - kept.since < options.poolLifetimeMs
    if (kept && fresh && kept.client.isConnected) return kept
    if (kept) await end(kept.client)
    return { client: await connect(options.user, options.password), since: performance.now() }
  }

  const lend = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const kept = await take()
    try {
      const result = await work(kept.client)
      if (closed) await end(kept.client)
      else idle.push(kept)
      return result
    } catch (error) {
      await end(kept.client)
      throw error
    }
  }

  return {
    use: (work) =>
      reading.add(async () => {
        try {
          return await lend(work)
        } catch (error) {
          throw new DirectoryFailure(messageOf(error), { cause: error })
        }
      }),
    bind: (dn, password) =>
      logins.add(async () => {
        try {
          await end(await connect(dn, password))
          return true
        } catch (error) {
          if (error instanceof InvalidCredentialsError) return false
          throw new DirectoryFailure(messageOf(error), { cause: error })
        }
      }),
    close: async () => {
      closed = true
      await Promise.all(idle.splice(0).map(({ client }) => end(client)))
    },
  }
}

const end = async (client: Client): Promise<void> => {
  await client.unbind().catch(() => undefined)
}

/** The file goes before the directory, as with Keystone. */
function tlsOf({ caFile, caDirectory, verifyCertificate }: LdapOptions): ConnectionOptions {
  const files = caFile !== null ? [caFile] : caDirectory !== null ? filesIn(caDirectory) : []
  const ca = files.map((file) => readFileSync(file))
  return { rejectUnauthorized: verifyCertificate, ...(ca.length === 0 ? {} : { ca }) }
}

const filesIn = (directory: string): string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => path.join(directory, name))
