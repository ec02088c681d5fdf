// The key that signs assertions and requests: an operator's own, or one that the first controller to need it makes, sealed in the database for all.
// It is not rotated: other clouds know its certificate, and would no longer believe this one.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Signer } from '#lib/saml/signature.ts'
import { seal, unseal } from '#lib/seal/seal.ts'
import { createSelfSigned } from '#lib/self-signed/self-signed.ts'
import type { Settings } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import * as store from '../store.ts'

export type SamlSettings = Settings['federation']['saml']

const PURPOSE = 'identity/saml-keys'
const YEARS = 20

/**
 * What signs: assertions for other clouds, and questions for identity providers, which may encrypt their answers for it.
 * @param name in the certificate, where the cloud makes it itself
 * @throws Error where only one of key and certificate is configured, or they do not belong together
 */
export function createSamlSigner(
  { certfile, keyfile }: SamlSettings,
  name: string,
  masterKey: KeyObject,
): (ctx: Ctx) => Promise<Signer> {
  if ((certfile === '') !== (keyfile === '')) {
    throw new Error('config.yaml: federation.saml: certfile and keyfile go together')
  }
  const configured = keyfile === '' ? undefined : readSigner(keyfile, certfile)
  let own: Signer | undefined
  return async (ctx) => configured ?? (own ??= await loadSigner(ctx, masterKey, name))
}

/** Reads an operator's key. @throws Error where key and certificate do not belong together */
function readSigner(keyfile: string, certfile: string): Signer {
  const signer = { privateKey: readFileSync(keyfile, 'utf8'), certificate: readFileSync(certfile, 'utf8') }
  const certificate = new X509Certificate(signer.certificate)
  if (!certificate.checkPrivateKey(createPrivateKey(signer.privateKey))) {
    throw new Error('config.yaml: federation.saml: certfile is not the certificate of keyfile')
  }
  return { ...signer, certificate: certificate.toString() }
}

/** The key of this cloud, made where there is none. */
async function loadSigner(ctx: Ctx, masterKey: KeyObject, entityId: string): Promise<Signer> {
  const known = await store.findSamlKey(ctx)
  if (known) return open(masterKey, known)
  const made = createSelfSigned(entityId, ctx.now, YEARS)
  const row = {
    id: 1,
    sealed: seal(masterKey, made.privateKey, PURPOSE),
    certificate: made.certificate,
    created_at: ctx.now,
  }
  try {
    await store.insertSamlKey(ctx, row)
    return made
  } catch (error) {
    // Another controller was first.
    const theirs = isUniqueViolation(error) ? await store.findSamlKey(ctx) : undefined
    if (!theirs) throw error
    return open(masterKey, theirs)
  }
}

const open = (masterKey: KeyObject, { sealed, certificate }: store.SamlKeyRow): Signer => ({
  privateKey: unseal(masterKey, sealed, PURPOSE),
  certificate,
})
