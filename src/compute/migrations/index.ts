import type { Migrations } from '#platform/db/migrate.ts'
import { servers } from './0001-servers.ts'

export const computeMigrations: Migrations = { service: 'compute', list: [servers] }
