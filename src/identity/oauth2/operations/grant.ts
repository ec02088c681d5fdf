// OAuth 2.0's client credentials (RFC 6749, 4.4): an application credential by its id and secret gives a token like any other login's.

import type { Readable } from 'node:stream'
import type { Ctx } from '#platform/context.ts'
import { CloudError } from '#platform/errors.ts'
import { authenticate } from '../../tokens/operations/authenticate.ts'
import type { Issued } from '../../tokens/operations/issue.ts'
import { readBody } from '../../bodies.ts'
import type { Logins } from '../../tokens/operations/methods.ts'

/** A form that asks for a token is short. */
const MOST_BYTES = 16_384

/** What the standard has a refusal say. */
export type Refusal = {
  readonly status: number
  readonly error: 'invalid_client' | 'invalid_request' | 'unsupported_grant_type' | 'other_error'
  readonly description: string
}

export type Granted = { readonly token: string; readonly lifeMs: number }

const refuse = (status: number, error: Refusal['error'], description: string): Refusal => ({
  status,
  error,
  description,
})
const wrongClient = () => refuse(401, 'invalid_client', 'Client authentication failed.')

/** Reads a form. Undefined: it is too long. */
export async function readForm(stream: Readable): Promise<URLSearchParams | undefined> {
  const text = await readBody(stream, MOST_BYTES)
  return text === undefined ? undefined : new URLSearchParams(text)
}

/**
 * A token for a form and the `Authorization: Basic …` it may come with; `lifeMs` is how long the token is good.
 * @param byCertificate where there is a certificate: the token it gives a user, undefined where it is another's
 */
export async function grantToken(
  ctx: Ctx,
  logins: Logins,
  form: URLSearchParams | undefined,
  authorization: string | undefined,
  byCertificate?: (clientId: string) => Promise<Issued | undefined>,
): Promise<Granted | Refusal> {
  const grant = form?.get('grant_type') ?? null
  if (grant === null) return refuse(400, 'invalid_request', 'The parameter grant_type is required.')
  if (grant !== 'client_credentials') {
    return refuse(400, 'unsupported_grant_type', `The parameter grant_type ${grant} is not supported.`)
  }
  if (byCertificate) {
    const clientId = form?.get('client_id')
    if (!clientId) return wrongClient()
    return granting(ctx, () => byCertificate(clientId))
  }
  const client = readBasic(authorization) ?? { id: form?.get('client_id'), secret: form?.get('client_secret') }
  const { id, secret } = client
  if (!id || !secret) return wrongClient()
  const auth = { identity: { methods: ['application_credential'], application_credential: { id, secret } } }
  return granting(ctx, async () => {
    const answer = await authenticate(ctx, logins, auth, { authorization: undefined, rawQuery: '', receipt: undefined })
    return 'required' in answer ? undefined : answer
  })
}

/** What a login comes to, in the words of the standard. */
async function granting(ctx: Ctx, login: () => Promise<Issued | undefined>): Promise<Granted | Refusal> {
  try {
    const answer = await login()
    if (!answer) return wrongClient()
    return { token: answer.token, lifeMs: answer.entry.payload.expiresAt - ctx.now }
  } catch (error) {
    if (!(error instanceof CloudError) || error.status >= 500) throw error
    if (error.status === 401) return refuse(401, 'invalid_client', error.message)
    if (error.status === 400) return refuse(400, 'invalid_request', error.message)
    const words = 'An unknown error occurred and failed to get an OAuth2.0 access token.'
    return refuse(error.status, 'other_error', words)
  }
}

function readBasic(header: string | undefined): { readonly id: string; readonly secret: string } | undefined {
  const [, encoded] = /^Basic\s+([\w+/=-]+)$/i.exec(header ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) }
}
