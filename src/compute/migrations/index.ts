import type { Migrations } from '#platform/db/migrate.ts'
import { servers } from './0001-servers.ts'
import { instanceActions } from './0002-instance-actions.ts'
import { decisions } from './0003-decisions.ts'
import { aggregates } from './0005-aggregates.ts'
import { serverGroups } from './0004-server-groups.ts'

export const computeMigrations: Migrations = {
  service: 'compute',
  list: [servers, instanceActions, decisions, serverGroups, aggregates],
}
