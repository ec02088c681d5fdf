// The door of identity: what the rest of the program may use of it. Everything else here is private to this folder.
import { createPasswordHasher } from '#lib/password-hash/password-hash.ts'
import type { Authenticate } from '#platform/auth/caller.ts'
import type { Ctx } from '#platform/context.ts'
import type { Route } from '#platform/http/route.ts'
import type { Api, Service } from '#platform/http/service.ts'
import type { Platform } from '#platform/platform.ts'
import { bootstrap } from './bootstrap/operations.ts'
import { applicationCredentialRules } from './application-credentials/policy.ts'
import { applicationCredentialRoutes } from './application-credentials/routes.ts'
import { trustRules } from './trusts/policy.ts'
import { trustRoutes } from './trusts/routes.ts'
import { assignmentRules } from './assignments/policy.ts'
import { assignmentRoutes } from './assignments/routes.ts'
import { domainRules } from './domains/policy.ts'
import { domainRoutes } from './domains/routes.ts'
import { groupRules } from './groups/policy.ts'
import { groupRoutes } from './groups/routes.ts'
import { projectRules } from './projects/policy.ts'
import { projectRoutes } from './projects/routes.ts'
import { roleRules } from './roles/policy.ts'
import { roleRoutes } from './roles/routes.ts'
import { userRules } from './users/policy.ts'
import { userRoutes } from './users/routes.ts'
import { endpointRules } from './endpoints/policy.ts'
import { endpointRoutes } from './endpoints/routes.ts'
import { identityWire } from './errors.ts'
import { createTokenKeys } from './keys/operations.ts'
import { rotateTokenKeys } from './keys/reconcile.ts'
import { identityMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { findProject } from './projects/store.ts'
import { regionRules } from './regions/policy.ts'
import { regionRoutes } from './regions/routes.ts'
import { scopeRules } from './scopes/policy.ts'
import { scopeRoutes } from './scopes/routes.ts'
import { readAdminPassword, readMasterKey } from './secrets.ts'
import { serviceRules } from './services/policy.ts'
import { serviceRoutes } from './services/routes.ts'
import { createPasswords } from './tokens/operations/password.ts'
import { createTokenRegistry, type TokenRegistry } from './tokens/operations/registry.ts'
import { tokenRules } from './tokens/policy.ts'
import { tokenRoutes } from './tokens/routes.ts'
import { versionRoutes } from './versions.ts'

/** Identity as the composition root sees it. */
export type Identity = {
  readonly service: Service
  /** Whose token it is; what every API asks. */
  readonly authenticate: Authenticate
  /** Whether a project of this id exists: quotas and access lists name projects. */
  readonly projectExists: (ctx: Ctx, id: string) => Promise<boolean>
}

const identityRules = [
  ...baseRules,
  ...tokenRules,
  ...scopeRules,
  ...regionRules,
  ...serviceRules,
  ...endpointRules,
  ...domainRules,
  ...projectRules,
  ...userRules,
  ...groupRules,
  ...roleRules,
  ...assignmentRules,
  ...applicationCredentialRules,
  ...trustRules,
]

/** Hashes computed at once: they take a core each for 10 ms, and libuv's four threads have files to read as well. */
const CONCURRENT_HASHES = 2

/**
 * Makes the identity service.
 * @param published APIs that the catalog shows, asked for at start; identity's own where absent
 */
export function createIdentity(platform: Platform, published?: () => readonly Api[]): Identity {
  const { config } = platform
  const keys = createTokenKeys(readMasterKey(config.state), config.fernet_max_active_keys)
  const tokens = createTokenRegistry(platform, keys)
  const passwords = createPasswords(createPasswordHasher({ concurrency: CONCURRENT_HASHES }), tokens)
  const resources = [
    ...regionRoutes,
    ...serviceRoutes,
    ...endpointRoutes,
    ...domainRoutes,
    ...projectRoutes,
    ...userRoutes(passwords),
    ...groupRoutes,
    ...roleRoutes,
    ...assignmentRoutes,
    ...applicationCredentialRoutes(passwords),
    ...trustRoutes,
  ].map((row) => announcing(row, tokens))
  const api: Api = {
    type: 'identity',
    name: 'keystone',
    port: 5000,
    catalogPath: '/v3',
    wire: identityWire,
    routes: [...versionRoutes, ...tokenRoutes({ tokens, passwords }), ...scopeRoutes(tokens), ...resources],
  }
  const urlOf = ({ type, port, catalogPath }: Api) =>
    `http://${config.address}:${config.ports[type] ?? port}${catalogPath}`
  const start = async (ctx: Ctx): Promise<void> => {
    await tokens.start(ctx)
    await keys.load(ctx)
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
      reconcilers: [rotateTokenKeys(keys, config.fernet_rotation_s * 1000)],
      start,
      stop: tokens.stop,
    },
    authenticate: tokens.authenticate,
    projectExists: async (ctx, id) => (await findProject(ctx, id)) !== undefined,
  }
}

/** Whatever a request changes in identity may change what tokens say: no route can forget to tell. */
function announcing(row: Route, tokens: TokenRegistry): Route {
  if (row.method === 'GET' || row.method === 'HEAD') return row
  return {
    ...row,
    prepare: (raw, version, invalid) => {
      const call = row.prepare(raw, version, invalid)
      return async (ctx) => {
        const answer = await call(ctx)
        tokens.changed()
        return answer
      }
    },
  }
}
