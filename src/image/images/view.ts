// An image as text: a list of hundreds is joined from these, so that nothing is parsed or built twice. The properties
// are stored as the JSON they are shown as, and none of them can have the name of an attribute.
import { isoSeconds } from '#platform/clock.ts'
import type { ShowLocations } from '../locations/view.ts'
import type { ImageRow } from './store/tables.ts'

const text = (value: string | null): string => (value === null ? 'null' : JSON.stringify(value))

/** Texts Glance itself made of letters and digits need no escaping. */
const plain = (value: string | null): string => (value === null ? 'null' : `"${value}"`)

/** One image, in Glance's order of fields: the owner's own properties first. */
export const viewImage = (row: ImageRow, showLocations: ShowLocations): string => {
  const properties = row.properties === '{}' ? '' : `${row.properties.slice(1, -1)},`
  const path = `/v2/images/${row.id}`
  return (
    `{${properties}"name":${text(row.name)},"disk_format":${plain(row.disk_format)},` +
    `"container_format":${plain(row.container_format)},"visibility":"${row.visibility}","size":${row.size},` +
    `"virtual_size":${row.virtual_size},"status":"${row.status}","checksum":${plain(row.checksum)},` +
    `"protected":${row.protected === 1},"min_ram":${row.min_ram},"min_disk":${row.min_disk},` +
    `"owner":${text(row.owner)},"os_hidden":${row.os_hidden === 1},"os_hash_algo":${plain(row.os_hash_algo)},` +
    `"os_hash_value":${plain(row.os_hash_value)},"id":"${row.id}","created_at":"${isoSeconds(row.created_at)}",` +
    `"updated_at":"${isoSeconds(row.updated_at)}"${showLocations(row)},"tags":${row.tags},"self":"${path}","file":"${path}/file",` +
    `"schema":"/v2/schemas/image"${row.stores === '' ? '' : `,"stores":${text(row.stores)}`}}`
  )
}

const comma = Buffer.from(',')

/** A page of images, each as `viewImage` has it, in UTF-8; `next` is the id the following page begins after. */
export const viewImages = (
  images: readonly Buffer[],
  query: readonly (readonly [string, string])[],
  next: string | undefined,
): Buffer => {
  const kept = new Map(query)
  kept.delete('marker')
  const first = new URLSearchParams([...kept]).toString()
  const following = next === undefined ? undefined : new URLSearchParams([...kept, ['marker', next]]).toString()
  const link = following === undefined ? '' : `,"next":${JSON.stringify(`/v2/images?${following}`)}`
  const self = JSON.stringify(first === '' ? '/v2/images' : `/v2/images?${first}`)
  const parts: Uint8Array[] = [Buffer.from('{"images":[')]
  for (const [at, image] of images.entries()) {
    if (at > 0) parts.push(comma)
    parts.push(image)
  }
  parts.push(Buffer.from(`],"first":${self},"schema":"/v2/schemas/images"${link}}`))
  return Buffer.concat(parts)
}
