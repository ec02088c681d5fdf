import type { Ctx } from '#platform/context.ts'
import type { MemberRow } from '../images/store/tables.ts'

export const listMembers = (ctx: Ctx, imageId: string): Promise<MemberRow[]> =>
  ctx.db.read
    .selectFrom('image_members')
    .selectAll()
    .where('image_id', '=', imageId)
    .orderBy('created_at')
    .orderBy('member_id')
    .execute()

export const findMember = (ctx: Ctx, imageId: string, memberId: string): Promise<MemberRow | undefined> =>
  ctx.db.read
    .selectFrom('image_members')
    .selectAll()
    .where('image_id', '=', imageId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()

export const insertMember = (ctx: Ctx, row: MemberRow) => ctx.db.write.insertInto('image_members').values(row).execute()

export const updateMember = (ctx: Ctx, { image_id, member_id, ...changes }: MemberRow) =>
  ctx.db.write
    .updateTable('image_members')
    .set(changes)
    .where('image_id', '=', image_id)
    .where('member_id', '=', member_id)
    .execute()

export const deleteMember = (ctx: Ctx, imageId: string, memberId: string) =>
  ctx.db.write.deleteFrom('image_members').where('image_id', '=', imageId).where('member_id', '=', memberId).execute()
