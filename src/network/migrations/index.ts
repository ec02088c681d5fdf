import type { Migrations } from '#platform/db/migrate.ts'
import { networks } from './0001-networks.ts'
import { ports } from './0002-ports.ts'
import { routers } from './0003-routers.ts'

export const networkMigrations: Migrations = { service: 'network', list: [networks, ports, routers] }
