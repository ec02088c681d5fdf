export type ImageStatus = 'queued' | 'saving' | 'uploading' | 'importing' | 'active' | 'deactivated'

export type Visibility = 'public' | 'community' | 'shared' | 'private'

/**
 * An image. Flags are 0/1, times milliseconds. `properties` (JSON object of texts) and `tags` (JSON array) are the truth
 * and what a list shows; the tables of the same names repeat them for filters. `stores` lists the stores that have the
 * data, by comma; `locations` (JSON array of URLs and what is known of them) is null where each of them has an object of the
 * image's own name. `beat_at` moves while data is being taken in, so that what a killed controller left can be told.
 * `stage_host` is the URL of the controller that has the staged data, as long as the image is `uploading` or `importing`.
 * `revision` is another number after every change, also where an id is used again.
 */
export type ImageRow = {
  id: string
  name: string | null
  status: ImageStatus
  visibility: Visibility
  owner: string | null
  protected: number
  os_hidden: number
  disk_format: string | null
  container_format: string | null
  size: number | null
  virtual_size: number | null
  min_disk: number
  min_ram: number
  checksum: string | null
  os_hash_algo: string | null
  os_hash_value: string | null
  properties: string
  tags: string
  stores: string
  locations: string | null
  created_at: number
  updated_at: number
  beat_at: number | null
  stage_host: string | null
  revision: number
}

/** What tells whether an image is still as it was, and who may see it. */
export type ImageHead = Pick<ImageRow, 'id' | 'owner' | 'visibility' | 'revision'>

export type MemberStatus = 'pending' | 'accepted' | 'rejected'

export type MemberRow = {
  image_id: string
  member_id: string
  status: MemberStatus
  created_at: number
  updated_at: number
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    image_images: ImageRow
    image_properties: { image_id: string; name: string; value: string }
    image_tags: { image_id: string; tag: string }
    image_members: MemberRow
  }
}
