import { type Static, Type } from 'typebox'
import { closed, nullableText, open } from '../fragments.ts'

const mapping_id = Type.String({ minLength: 1, maxLength: 64 })
const remoteId = { type: 'string', maxLength: 64 } as const

/** PUT /v3/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id} */
export const createProtocol = Type.Object(
  {
    protocol: Type.Object(
      {
        mapping_id,
        remote_id_attribute: Type.Optional(Type.Unsafe<string | null>({ ...remoteId, type: ['string', 'null'] })),
      },
      closed,
    ),
  },
  closed,
)
/** The attribute can be emptied, but not made null. */
export const updateProtocol = Type.Object(
  { protocol: Type.Object({ mapping_id, remote_id_attribute: Type.Optional(Type.Unsafe<string>(remoteId)) }, closed) },
  closed,
)

const protocol = { id: Type.String(), mapping_id, links: Type.Object({}, open) }
export const protocolReply = Type.Object({ protocol: Type.Object(protocol, closed) }, closed)
export const protocolsReply = Type.Object({
  protocols: Type.Array(Type.Object({ ...protocol, idp_id: Type.String(), remote_id_attribute: nullableText }, closed)),
  links: Type.Object({}, open),
})

export type CreateProtocol = Static<typeof createProtocol>['protocol']
export type UpdateProtocol = Static<typeof updateProtocol>['protocol']
