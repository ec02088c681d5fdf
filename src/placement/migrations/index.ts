import type { Migrations } from '#platform/db/migrate.ts'
import { placement } from './0001-placement.ts'

export const placementMigrations: Migrations = { service: 'placement', list: [placement] }
