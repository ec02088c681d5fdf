import { type Static, Type } from 'typebox'
import type { Clock } from '#platform/clock.ts'
import { type CloudError, conflict } from '#platform/errors.ts'
import type { Stores } from '../../data/stores.ts'
import type { ImageDoors } from '../../doors.ts'
import type { Limits } from '../../limits/operations.ts'
import type { ImportPlugins } from '../rules/plugins.ts'
import type { DownloadRules } from '../rules/uri.ts'

const facts = Type.Object({
  size: Type.Integer(),
  virtualSize: Type.Union([Type.Integer(), Type.Null()]),
  checksum: Type.String(),
  hash: Type.String(),
})

export const importState = Type.Object({
  taskId: Type.String(),
  imageId: Type.String(),
  method: Type.Union([
    Type.Literal('glance-direct'),
    Type.Literal('web-download'),
    Type.Literal('copy-image'),
    Type.Literal('glance-download'),
  ]),
  /** What to download. */
  uri: Type.Union([Type.String(), Type.Null()]),
  /** The image of another cloud that this one becomes; the token is sealed. */
  remote: Type.Union([
    Type.Object({ url: Type.String(), token: Type.String(), problem: Type.Optional(Type.String()) }),
    Type.Null(),
  ]),
  /** Bytes that the other cloud says there are. */
  expected: Type.Union([Type.Integer(), Type.Null()]),
  stores: Type.Array(Type.String()),
  mustAllSucceed: Type.Boolean(),
  /** What is done with the data before it is stored. */
  isDecompressing: Type.Boolean(),
  convertTo: Type.Union([Type.Literal('raw'), Type.Literal('qcow2'), Type.Literal('vmdk'), Type.Null()]),
  /** Properties that the image gets. */
  properties: Type.Record(Type.String(), Type.String()),
  /** What the image has become on the way; null: what it says it is. */
  formats: Type.Union([
    Type.Object({
      disk: Type.Union([Type.String(), Type.Null()]),
      container: Type.Union([Type.String(), Type.Null()]),
    }),
    Type.Null(),
  ]),
  /** Names in the staging area: of the data as it is now, and of what it becomes. */
  staged: Type.String(),
  unpacked: Type.String(),
  converted: Type.String(),
  /** What came of it, once it is stored. */
  facts: Type.Union([facts, Type.Null()]),
  stored: Type.Array(Type.String()),
})

export type ImportState = Static<typeof importState>

/** What imports need beside the image. */
export type ImportDeps = {
  readonly stores: Stores
  readonly sizeCap: number
  readonly clock: Clock
  readonly rules: DownloadRules
  readonly plugins: ImportPlugins
  readonly doors: ImageDoors
  readonly limits: Limits
}

/** The names that an import may have used in the staging area. */
export const stagedNames = ({ imageId, unpacked, converted }: ImportState): readonly string[] => [
  imageId,
  unpacked,
  converted,
]

export const lost = (id: string): CloudError => conflict(`Image ${id} was deleted, or is no longer the import's.`)
