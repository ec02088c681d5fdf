// The door of identity: what the rest of the program may use of it. Everything else here is private to this folder.
import type { Authenticate } from '#platform/auth/caller.ts'
import type { Service } from '#platform/http/service.ts'
import type { Platform } from '#platform/platform.ts'
import { identityWire } from './errors.ts'
import { identityMigrations } from './migrations/index.ts'
import { baseRules } from './policy.ts'
import { regionRules } from './regions/policy.ts'
import { regionRoutes } from './regions/routes.ts'

/** Identity as the composition root sees it. */
export type Identity = {
  readonly service: Service
  /** Whose token it is; what every API asks. */
  readonly authenticate: Authenticate
}

/** Makes the identity service. */
export function createIdentity(_platform: Platform): Identity {
  return {
    service: {
      api: {
        type: 'identity',
        name: 'keystone',
        port: 5000,
        catalogPath: '/v3',
        wire: identityWire,
        routes: regionRoutes,
      },
      rules: [...baseRules, ...regionRules],
      migrations: identityMigrations,
      sagas: [],
      reconcilers: [],
    },
    authenticate: () => null,
  }
}
