import type { Migrations } from '#platform/db/migrate.ts'
import { servers } from './0001-servers.ts'
import { instanceActions } from './0002-instance-actions.ts'

export const computeMigrations: Migrations = { service: 'compute', list: [servers, instanceActions] }
