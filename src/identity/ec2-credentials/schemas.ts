import { type Static, Type } from 'typebox'
import { open } from '../fragments.ts'

const text = Type.Optional(Type.String())
const texts = Type.Optional(Type.Record(Type.String(), Type.Unknown()))

const credentials = Type.Object(
  {
    access: text,
    signature: text,
    host: text,
    verb: text,
    path: text,
    params: texts,
    headers: texts,
    body_hash: text,
    token: text,
  },
  open,
)

/** POST /v3/ec2tokens and /v3/s3tokens; clients of all ages name the one attribute differently. */
export const signedRequest = Type.Object(
  {
    credentials: Type.Optional(credentials),
    credential: Type.Optional(credentials),
    ec2Credentials: Type.Optional(credentials),
  },
  { additionalProperties: true, minProperties: 1 },
)

export type SignedRequest = Static<typeof signedRequest>
export type Signed = Static<typeof credentials>
