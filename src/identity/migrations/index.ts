import type { Migrations } from '#platform/db/migrate.ts'
import { regions } from './0001-regions.ts'

export const identityMigrations: Migrations = { service: 'identity', list: [regions] }
