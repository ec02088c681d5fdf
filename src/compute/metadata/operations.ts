import { Type } from 'typebox'
import type { Ctx } from '#platform/context.ts'
import type { NetworkDoor } from '../doors.ts'
import { findAnyServer } from '../servers/store/read.ts'
import { lookUp } from './content.ts'

/** What the agent's metadata proxy asks: who it is by network and address, and what it wants. */
export const metadataRequest = Type.Object({
  networkId: Type.String(),
  address: Type.String(),
  path: Type.String({ maxLength: 1024 }),
})

/** An answer of the metadata service. */
export type MetadataAnswer = { readonly status: number; readonly contentType: string; readonly base64: string }

const text = (status: number, body: string): MetadataAnswer => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  base64: Buffer.from(body).toString('base64'),
})

/** Answers a guest. Who is asking follows from the network alone, never from what the guest says. */
export async function answerMetadata(
  ctx: Ctx,
  network: NetworkDoor,
  request: { networkId: string; address: string; path: string },
): Promise<MetadataAnswer> {
  const serverId = await network.findServerByAddress(ctx, request.networkId, request.address)
  const row = serverId === null ? undefined : await findAnyServer(ctx, serverId)
  if (!row || row.deleted_at !== null) return text(404, '404 Not Found')
  const found = lookUp(row, request.path)
  return found
    ? { status: 200, contentType: found.contentType, base64: found.body.toString('base64') }
    : text(404, '404 Not Found')
}
