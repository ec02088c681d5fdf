import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { badRequest, conflict, forbidden, notFound, tooLarge } from '#platform/errors.ts'
import { enforce, findVisible, isAdmin } from '../images/operations/find.ts'
import { overLimit } from '../images/rules/properties.ts'
import type { ImageRow, MemberRow, MemberStatus } from '../images/store/tables.ts'
import * as store from './store.ts'

export const MAX_MEMBERS = 128

/** The image, where it is shared at all; `refusal` says what the caller may not do otherwise. */
const getShared = async (ctx: Ctx, id: string, refusal: string): Promise<ImageRow> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  if (image.visibility !== 'shared') throw forbidden(refusal)
  return image
}

/** Everybody for the owner and administrators; a member sees itself alone. */
const isSeen = (ctx: Ctx, image: ImageRow, memberId: string): boolean =>
  isAdmin(ctx) || ctx.caller.projectId === image.owner || ctx.caller.projectId === memberId

/** @throws notFound, forbidden */
export const listMembers = async (ctx: Ctx, id: string): Promise<MemberRow[]> => {
  const refusal = `Not allowed to list members for image ${id}: Only shared images have members.`
  const image = await getShared(ctx, id, refusal)
  enforce(ctx, 'get_members', image)
  return (await store.listMembers(ctx, id)).filter(({ member_id }) => isSeen(ctx, image, member_id))
}

/** @throws notFound, also where the caller may not know */
export const getMember = async (ctx: Ctx, id: string, memberId: string): Promise<MemberRow> => {
  const image = await findVisible(ctx, id, isAdmin(ctx))
  if (image === undefined) throw notFound(`Image ${id} not found.`)
  if (image.visibility !== 'shared') throw notFound('Only shared images have members.')
  return findMember(ctx, image, memberId)
}

const findMember = async (ctx: Ctx, image: ImageRow, memberId: string): Promise<MemberRow> => {
  enforce(ctx, 'get_member', image)
  const member = isSeen(ctx, image, memberId) ? await store.findMember(ctx, image.id, memberId) : undefined
  if (member === undefined) throw notFound(`${memberId} not found in the member list of the image ${image.id}.`)
  return member
}

/** @throws notFound, forbidden, conflict (a member already), tooLarge */
export const createMember = async (ctx: Ctx, id: string, memberId: string): Promise<MemberRow> => {
  const image = await getShared(ctx, id, `Not allowed to create members for image ${id}.`)
  enforce(ctx, 'add_member', image)
  const count = (await store.listMembers(ctx, id)).length
  if (count >= MAX_MEMBERS) {
    const { message } = overLimit('members', count + 1, MAX_MEMBERS)
    throw tooLarge(`Image member limit exceeded for image ${id}: ${message}:`)
  }
  const row: MemberRow = {
    image_id: id,
    member_id: memberId,
    status: 'pending',
    created_at: ctx.now,
    updated_at: ctx.now,
  }
  try {
    await store.insertMember(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? conflict(`Member ${memberId} is duplicated for image ${id}`) : error
  }
  return row
}

/** @throws notFound, forbidden, badRequest (status) */
export const updateMember = async (ctx: Ctx, id: string, memberId: string, status: unknown): Promise<MemberRow> => {
  const image = await getShared(ctx, id, `Not allowed to update members for image ${id}.`)
  const member = await findMember(ctx, image, memberId)
  enforce(ctx, 'modify_member', image)
  if (!isStatus(status)) {
    throw badRequest('Incorrect request: Status must be "pending", "accepted" or "rejected".')
  }
  const after = { ...member, status, updated_at: ctx.now }
  await store.updateMember(ctx, after)
  return after
}

const isStatus = (status: unknown): status is MemberStatus =>
  status === 'pending' || status === 'accepted' || status === 'rejected'

/** @throws notFound, forbidden */
export const deleteMember = async (ctx: Ctx, id: string, memberId: string): Promise<void> => {
  const image = await getShared(ctx, id, `Not allowed to delete members for image ${id}.`)
  await findMember(ctx, image, memberId)
  enforce(ctx, 'delete_member', image)
  await store.deleteMember(ctx, id, memberId)
}
