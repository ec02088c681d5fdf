// What an operator does to identity by commands: on the database itself, so that it also works before the first start.

import { parseFernetKey } from '#lib/fernet/fernet.ts'
import { createPasswordHasher } from '#lib/password-hash/password-hash.ts'
import type { Config } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import type { Migrations } from '#platform/db/migrate.ts'
import { createCredentialKeys } from '../credentials/keys.ts'
import { resealCredentials } from '../credentials/reconcile.ts'
import { createCredentialStore } from '../credentials/store.ts'
import { type EntityType, removeCopy, removeMappings } from '../directories/store.ts'
import { openDatabase } from '../imports/drivers/database.ts'
import { openDump } from '../imports/drivers/dump.ts'
import { importKeystone, type ImportReport } from '../imports/operations.ts'
import { createTokenKeys } from '../keys/operations.ts'
import { identityMigrations } from '../migrations/index.ts'
import { findProjectByName } from '../projects/store.ts'
import { readMasterKey } from '../secrets.ts'
import { bootstrapBy, type Bootstrapped, type BootstrapOptions } from './bootstrap.ts'

/** What is imported, and how. */
export type ImportRequest = {
  /** Path of a dump, or mysql:// URL. */
  readonly source: string
  readonly database: string | undefined
  /** Texts of the keys that encrypted the credentials. */
  readonly credentialKeys: readonly string[]
  readonly adopt: boolean
  readonly dryRun: boolean
}

/** Which mappings are forgotten; what is absent is any. */
export type PurgeRequest = {
  readonly domainName?: string | undefined
  readonly publicId?: string | undefined
  readonly localId?: string | undefined
  readonly type?: EntityType | undefined
}

export type IdentityTools = {
  readonly migrations: Migrations
  readonly bootstrap: (ctx: Ctx, options: BootstrapOptions) => Promise<Bootstrapped>
  /** Makes the staged token key the primary, first making keys where there are none. Gives how many there are. */
  readonly rotateTokenKeys: (ctx: Ctx) => Promise<number>
  /** Makes a new key for credentials and seals all of them by it. Gives how many there were. */
  readonly rotateCredentialKeys: (ctx: Ctx) => Promise<number>
  /** Takes over the token keys of a Keystone: number of the file → its text. Gives how many were new. */
  readonly adoptTokenKeys: (ctx: Ctx, keys: ReadonlyMap<number, string>) => Promise<number>
  /** The same of the keys of JWS tokens, in PEM. */
  readonly adoptJwsKeys: (ctx: Ctx, publicPems: readonly string[], privatePem: string | undefined) => Promise<number>
  /** Forgets who in a domain's directory has which id; ids are made again the same. Undefined: no such domain. */
  readonly purgeMappings: (ctx: Ctx, filter: PurgeRequest) => Promise<number | undefined>
  /** Brings a Keystone over. @throws Error in words for the operator */
  readonly importKeystone: (ctx: Ctx, request: ImportRequest) => Promise<ImportReport>
}

const oneHash = 1

/** The tools of a cloud; its master key is made where there is none. */
export function createIdentityTools(config: Config): IdentityTools {
  const masterKey = readMasterKey(config.state)
  const keys = createTokenKeys(masterKey, config.fernet_max_active_keys, config.token_provider)
  const credentialKeys = createCredentialKeys(masterKey)
  const hasher = createPasswordHasher({ concurrency: oneHash })
  return {
    migrations: identityMigrations,
    bootstrap: (ctx, options) => bootstrapBy(ctx, hasher, options),
    rotateTokenKeys: async (ctx) => {
      await keys.load(ctx)
      await keys.rotate(ctx)
      return keys.all().length
    },
    rotateCredentialKeys: async (ctx) => {
      await credentialKeys.load(ctx)
      await credentialKeys.rotate(ctx)
      const sealed = await resealCredentials(ctx, createCredentialStore(credentialKeys))
      await credentialKeys.drop(ctx)
      return sealed
    },
    adoptTokenKeys: async (ctx, given) => {
      await keys.load(ctx)
      return keys.adopt(ctx, given)
    },
    adoptJwsKeys: async (ctx, publicPems, privatePem) => {
      await keys.load(ctx)
      return keys.adoptJws(ctx, publicPems, privatePem)
    },
    purgeMappings: async (ctx, { domainName, ...filter }) => {
      const domain = domainName === undefined ? undefined : await findProjectByName(ctx, domainName, null)
      if (domainName !== undefined && !domain) return undefined
      return inTransaction(ctx, async (tx) => {
        const gone = await removeMappings(tx, { ...filter, domainId: domain?.id })
        for (const mapping of gone) await removeCopy(tx, mapping)
        return gone.length
      })
    },
    importKeystone: async (ctx, { source, database, credentialKeys, adopt, dryRun }) => {
      const isUrl = /^mysql(\+\w+)?:\/\//.test(source)
      const from = isUrl ? openDatabase(source.replace(/^mysql\+\w+/, 'mysql')) : openDump(source, database)
      const tables = await from.read()
      const parsed = credentialKeys.map((text) => parseFernetKey(text))
      return importKeystone(ctx, masterKey, tables, { credentialKeys: parsed, adopt, dryRun })
    },
  }
}
