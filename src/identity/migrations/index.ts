import type { Migrations } from '#platform/db/migrate.ts'
import { regions } from './0001-regions.ts'
import { core } from './0002-core.ts'
import { revocationIndexes } from './0003-revocation-indexes.ts'
import { delegation } from './0004-delegation.ts'
import { catalogExtras } from './0005-catalog-extras.ts'
import { oauth1 } from './0006-oauth1.ts'
import { listIndexes } from './0007-list-indexes.ts'
import { federation } from './0008-federation.ts'
import { directories } from './0009-directories.ts'
import { jwsKeys } from './0010-jws-keys.ts'
import { credentialKeys } from './0011-credential-keys.ts'
import { samlKeys } from './0012-saml-keys.ts'
import { samlAssertions } from './0013-saml-assertions.ts'
import { nameEnds } from './0014-name-ends.ts'
import { nullDescriptions } from './0015-null-descriptions.ts'

export const identityMigrations: Migrations = {
  service: 'identity',
  list: [
    regions,
    core,
    revocationIndexes,
    delegation,
    catalogExtras,
    oauth1,
    listIndexes,
    federation,
    directories,
    jwsKeys,
    credentialKeys,
    samlKeys,
    samlAssertions,
    nameEnds,
    nullDescriptions,
  ],
}
