// What an identity provider said, from the moment it is shown until its user comes in by it: once, soon, and on any controller.

import { createHash, randomBytes } from 'node:crypto'
import { SamlRefusal } from '#lib/saml/document.ts'
import { type Assertion, readAssertion, receive, type Received } from '#lib/saml/response.ts'
import { seal, unseal } from '#lib/seal/seal.ts'
import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { isAttributes } from '../../attributes.ts'
import { notAuthenticated } from '../../errors.ts'
import * as store from '../store.ts'
import type { SamlSp, TrustedIdp } from './service-provider.ts'

const PURPOSE = 'identity/saml-sessions'
const SESSION_MS = 120_000

/** Who has shown an assertion, and with what its user comes in. */
export type Opened = {
  readonly idp: TrustedIdp
  readonly session: string
  readonly inResponseTo: string | undefined
  /** What the envelope brought back. */
  readonly relayState: string | undefined
}

/** What is known of a session. */
export type Session = {
  readonly idp: TrustedIdp
  readonly inResponseTo: string | undefined
  readonly nameId: string | undefined
  readonly attributes: readonly (readonly [string, readonly string[]])[]
}

/**
 * Takes an answer that came to `recipient`, and opens a session for its user.
 * @param accepts whether an assertion answers a question of this cloud, or need not
 * @throws unauthorized for whatever is not believed
 */
export async function openSession(
  ctx: Ctx,
  sp: SamlSp,
  xml: string,
  recipient: string,
  accepts: (assertion: Assertion, idp: TrustedIdp, received: Received) => boolean,
): Promise<Opened> {
  const session = randomBytes(32).toString('base64url')
  try {
    const received = receive(xml)
    const idp = sp.idpNamed(received.claimedIssuer)
    if (!idp) throw new SamlRefusal(`nobody believes ${received.claimedIssuer}`)
    const assertion = readAssertion(received, {
      issuer: idp.entityId,
      certificates: idp.certificates,
      allowSha1: idp.allowSha1,
      privateKey: received.isEncrypted ? (await sp.signer(ctx)).privateKey : undefined,
      unsolicited: idp.unsolicited,
      audience: sp.entityId,
      recipient,
      now: ctx.now,
    })
    if (!accepts(assertion, idp, received)) throw new SamlRefusal('it answers no question of this cloud')
    await remember(ctx, sp, assertion, session)
    return { idp, session, inResponseTo: assertion.inResponseTo, relayState: received.relayState }
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error
    ctx.log.info({ err: error }, 'an assertion of SAML was refused')
    throw notAuthenticated(ctx.baseUrl)
  }
}

async function remember(ctx: Ctx, sp: SamlSp, assertion: Assertion, session: string): Promise<void> {
  const { id, issuer, nameId, inResponseTo, attributes, endsAt } = assertion
  const said = JSON.stringify({ issuer, nameId, inResponseTo, attributes: [...attributes] })
  const row = {
    id: digestOf(`${issuer}\n${id}`),
    session: digestOf(session),
    sealed: seal(sp.masterKey, said, PURPOSE),
    session_ends_at: ctx.now + SESSION_MS,
    ends_at: endsAt,
  }
  try {
    await store.insertAssertion(ctx, row)
  } catch (error) {
    throw isUniqueViolation(error) ? new SamlRefusal('it was shown before') : error
  }
}

/** What was said in a session, once; undefined: there is none. */
export async function takeSession(ctx: Ctx, sp: SamlSp, session: string): Promise<Session | undefined> {
  const key = digestOf(session)
  const row = await store.findSession(ctx, key)
  if (!row?.sealed || !(await store.endSession(ctx, key))) return undefined
  const said: unknown = JSON.parse(unseal(sp.masterKey, row.sealed, PURPOSE))
  if (!isSaid(said)) throw new Error('a session of SAML says nothing')
  const idp = sp.idpNamed(said.issuer)
  return idp && { idp, inResponseTo: said.inResponseTo, nameId: said.nameId, attributes: said.attributes }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

type Said = Omit<Session, 'idp'> & { readonly issuer: string }

/** It was written here, and sealed: only its outline is looked at. */
const isSaid = (value: unknown): value is Said =>
  isAttributes(value) && typeof value['issuer'] === 'string' && Array.isArray(value['attributes'])
