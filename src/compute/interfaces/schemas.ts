import { type Static, Type } from 'typebox'
import { marked, since } from '#platform/http/schema-version.ts'
import { tag, uuid } from '../parameters.ts'

/** POST /servers/{id}/os-interface. */
export const createInterface = Type.Object(
  {
    interfaceAttachment: Type.Object(
      {
        net_id: Type.Optional(uuid),
        port_id: Type.Optional(uuid),
        fixed_ips: Type.Optional(
          Type.Array(
            Type.Object(
              { ip_address: Type.String({ maxLength: 45, pattern: '^[0-9a-fA-F:.]+$' }) },
              { additionalProperties: false },
            ),
            { minItems: 1, maxItems: 1 },
          ),
        ),
        tag: Type.Optional(marked(tag, since(49))),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

export type CreateInterface = Static<typeof createInterface>['interfaceAttachment']
