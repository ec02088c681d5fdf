// The door of identity: what the rest of the program may use of it. Everything else here is private to this folder.
import { createPasswordHasher } from '#lib/password-hash/password-hash.ts'
import type { Authenticate } from '#platform/auth/caller.ts'
import type { Ctx } from '#platform/context.ts'
import type { Api, Service } from '#platform/http/service.ts'
import { createKeptLists } from '#platform/http/kept-lists.ts'
import type { Platform } from '#platform/platform.ts'
import { identityRoutes, identityRules } from './api.ts'
import { createAudit } from './audit/operations.ts'
import { bootstrap } from './bootstrap/operations.ts'
import { createCredentialKeys } from './credentials/keys.ts'
import { rotateCredentialKeys } from './credentials/reconcile.ts'
import { createCredentialStore } from './credentials/store.ts'
import { createDirectories } from './directories/operations.ts'
import { refreshDirectories } from './directories/reconcile.ts'
import { createDomainConfigStore } from './domain-configs/store.ts'
import { createIdentityDoor, type IdentityDoor } from './door.ts'
import { identityWire } from './errors.ts'
import { createTokenKeys } from './keys/operations.ts'
import { rotateTokenKeys } from './keys/reconcile.ts'
import { createFederations } from './federation/operations/login.ts'
import { createWebSso } from './federation/operations/websso.ts'
import { checkDepth } from './limits/hierarchy.ts'
import { identityMigrations } from './migrations/index.ts'
import { findProject } from './projects/store.ts'
import { createOAuth1Store } from './oauth1/store.ts'
import { createSamlIdp, idpEntityIdOf } from './saml/operations/issue.ts'
import { createSamlSigner } from './saml/operations/signer.ts'
import { createSamlSp } from './saml/operations/service-provider.ts'
import { flushSamlAssertions } from './saml/reconcile.ts'
import { flushRevocations } from './revocations/reconcile.ts'
import { readAdminPassword, readMasterKey } from './secrets.ts'
import { createPasswords } from './tokens/operations/password.ts'
import { createTokenRegistry } from './tokens/operations/registry.ts'
import { flushExpiredTrusts } from './trusts/reconcile.ts'

export type { IdentityDoor } from './door.ts'
export { createIdentityTools, type IdentityTools } from './operator/tools.ts'
export type { ImportReport } from './imports/operations.ts'

/** Identity as the composition root sees it. */
export type Identity = {
  readonly service: Service
  /** Whose token it is; what every API asks. */
  readonly authenticate: Authenticate
  /** Whether a project of this id exists: quotas and access lists name projects. */
  readonly projectExists: (ctx: Ctx, id: string) => Promise<boolean>
  readonly door: IdentityDoor
  /** Something in identity was changed behind this controller's back: it reads anew what it knows, and so do the others. */
  readonly changed: () => void
}

/** Hashes computed at once: they take a core each for 10 ms, and libuv's four threads have files to read as well. */
const CONCURRENT_HASHES = 2

/**
 * Makes the identity service.
 * @param published APIs that the catalog shows, asked for at start; identity's own where absent
 */
export function createIdentity(platform: Platform, published?: () => readonly Api[]): Identity {
  const { config } = platform
  const masterKey = readMasterKey(config.state)
  const keys = createTokenKeys(masterKey, config.fernet_max_active_keys, config.token_provider)
  const tokens = createTokenRegistry(platform, keys)
  const credentialKeys = createCredentialKeys(masterKey)
  const credentials = createCredentialStore(credentialKeys)
  const audit = createAudit(config, platform.log)
  const domainConfigs = createDomainConfigStore(masterKey)
  const directories = createDirectories(domainConfigs, platform.log, () => {
    tokens.changed()
    lists.changed()
  })
  const passwords = createPasswords(
    createPasswordHasher({ concurrency: CONCURRENT_HASHES }),
    tokens,
    config.security_compliance,
    directories,
  )
  const oauth1 = createOAuth1Store(masterKey)
  const lists = createKeptLists(platform.bus, 'identity.lists')
  const port = 5000
  const url =
    config.federation.public_url.replace(/\/$/, '') || `http://${config.address}:${config.ports['identity'] ?? port}`
  const { saml } = config.federation
  const samlSigner = createSamlSigner(saml, idpEntityIdOf(saml, url), masterKey)
  const samlSp = createSamlSp(saml, url, masterKey, samlSigner)
  const federations = createFederations(config.federation, { tokens, keys }, samlSp, () => {
    tokens.changed()
    lists.changed()
  })
  const api: Api = {
    type: 'identity',
    name: 'keystone',
    port,
    catalogPath: '/v3',
    wire: identityWire,
    flask: true,
    routes: identityRoutes({
      tokens,
      keys,
      passwords,
      lists,
      credentials,
      domainConfigs,
      directories,
      oauth1,
      settings: config,
      audit,
      federations,
      sso: createWebSso(federations, masterKey),
      samlIdp: createSamlIdp(saml, url, samlSigner, tokens),
    }),
  }
  const urlOf = ({ type, port, catalogPath }: Api) =>
    `http://${config.address}:${config.ports[type] ?? port}${catalogPath}`
  const start = async (ctx: Ctx): Promise<void> => {
    await checkDepth(ctx, config.limit_model)
    await tokens.start(ctx)
    await keys.load(ctx)
    await credentialKeys.load(ctx)
    const services = (published?.() ?? [api]).map((row) => ({ type: row.type, name: row.name, url: urlOf(row) }))
    await bootstrap(ctx, config.region, services, () => passwords.hash(readAdminPassword(config.state)))
    tokens.changed()
  }
  return {
    service: {
      api,
      rules: identityRules,
      migrations: identityMigrations,
      sagas: [],
      reconcilers: [
        rotateTokenKeys(keys, config.fernet_rotation_s * 1000),
        rotateCredentialKeys(credentialKeys, credentials, config.credential_rotation_s * 1000),
        flushRevocations(config.token_expiration_s * 1000),
        flushExpiredTrusts,
        flushSamlAssertions,
        refreshDirectories(directories),
      ],
      start,
      stop: async () => {
        await directories.close()
        await audit.close()
        await lists.close()
        await tokens.stop()
      },
    },
    authenticate: tokens.authenticate,
    door: createIdentityDoor(tokens.catalog, masterKey, config.region),
    projectExists: async (ctx, id) => (await findProject(ctx, id)) !== undefined,
    changed: () => {
      tokens.changed()
      lists.changed()
    },
  }
}
