import { Type } from 'typebox'
import { closed, open } from '../fragments.ts'

const named = Type.Object({ id: Type.String() }, closed)

/** POST /v3/auth/OS-FEDERATION/saml2 and …/saml2/ecp */
export const createAssertion = Type.Object(
  {
    auth: Type.Object(
      {
        identity: Type.Object({ token: named, methods: Type.Optional(Type.Array(Type.Unknown())) }, closed),
        scope: Type.Object({ service_provider: named }, closed),
      },
      closed,
    ),
  },
  open,
)
