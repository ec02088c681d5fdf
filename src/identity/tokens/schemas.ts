import { type Static, Type } from 'typebox'
import { open } from '../fragments.ts'

const text = Type.Optional(Type.String())
const named = Type.Object({ id: text, name: text }, open)
const project = Type.Object({ id: text, name: text, domain: Type.Optional(named) }, open)
const who = { id: text, name: text, domain: Type.Optional(named) }
const user = Type.Object({ ...who, password: text }, open)

const scope = Type.Object(
  {
    project: Type.Optional(project),
    domain: Type.Optional(named),
    system: Type.Optional(Type.Object({ all: Type.Optional(Type.Boolean()) }, open)),
    'OS-TRUST:trust': Type.Optional(Type.Object({ id: text }, open)),
    unscoped: Type.Optional(Type.Unknown()),
  },
  open,
)

const auth = Type.Object(
  {
    identity: Type.Object(
      {
        methods: Type.Array(Type.String()),
        password: Type.Optional(Type.Object({ user: Type.Optional(user) }, open)),
        token: Type.Optional(Type.Object({ id: Type.String() }, open)),
        mapped: Type.Optional(Type.Object({ id: text }, open)),
        totp: Type.Optional(Type.Object({ user: Type.Optional(Type.Object({ ...who, passcode: text }, open)) }, open)),
        application_credential: Type.Optional(
          Type.Object({ id: text, name: text, secret: text, user: Type.Optional(user) }, open),
        ),
      },
      open,
    ),
    // Older clients write the word `unscoped` for `{"unscoped": {}}`.
    scope: Type.Optional(Type.Union([scope, Type.String()])),
  },
  open,
)

/** POST /v3/auth/tokens (keystone/auth/schema.py). */
export const issueToken = Type.Object({ auth: Type.Optional(auth) }, open)

export type Auth = Static<typeof auth>
export type AuthUser = Static<typeof user>
export type AuthScope = Static<typeof scope>
export type DomainRef = Static<typeof named>
export type AuthProgram = NonNullable<Auth['identity']['application_credential']>
