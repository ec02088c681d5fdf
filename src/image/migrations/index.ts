import type { Migrations } from '#platform/db/migrate.ts'
import { images } from './0001-images.ts'
import { revisions } from './0002-revisions.ts'
import { tasks } from './0003-tasks.ts'
import { metadefs } from './0004-metadefs.ts'
import { lists } from './0006-lists.ts'
import { locations } from './0005-locations.ts'
import { nodes } from './0007-nodes.ts'

export const imageMigrations: Migrations = {
  service: 'image',
  list: [images, revisions, tasks, metadefs, locations, lists, nodes],
}
