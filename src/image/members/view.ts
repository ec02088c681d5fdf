import { isoSeconds } from '#platform/clock.ts'
import type { MemberRow } from '../images/store/tables.ts'

export const viewMember = (row: MemberRow) => ({
  member_id: row.member_id,
  image_id: row.image_id,
  status: row.status,
  created_at: isoSeconds(row.created_at),
  updated_at: isoSeconds(row.updated_at),
  schema: '/v2/schemas/member',
})
