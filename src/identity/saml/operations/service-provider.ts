// This cloud as a service provider: what it is called, where answers come to, and whose words it takes.

import { type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type IdpFacts, readIdpMetadata, spMetadata } from '#lib/saml/metadata.ts'
import type { Signer } from '#lib/saml/signature.ts'
import { xmlText } from '#lib/xml/xml.ts'
import type { Ctx } from '#platform/context.ts'
import type { SamlSettings } from './signer.ts'

/** An identity provider that is believed. */
export type TrustedIdp = {
  readonly idpId: string
  readonly protocolId: string
  readonly entityId: string
  /** PEM. */
  readonly certificates: readonly string[]
  readonly ssoUrl: string | undefined
  readonly unsolicited: boolean
  readonly allowSha1: boolean
  readonly signsRequests: boolean
}

export type SamlSp = {
  /** URL of this API without a path. */
  readonly url: string
  readonly entityId: string
  /** Where enhanced clients and browsers bring answers. */
  readonly paosUrl: string
  readonly postUrl: string
  readonly metadata: (ctx: Ctx) => Promise<string>
  /** The key that signs questions, and that answers are encrypted for. */
  readonly signer: (ctx: Ctx) => Promise<Signer>
  readonly masterKey: KeyObject
  readonly idpAt: (idpId: string, protocolId: string) => TrustedIdp | undefined
  readonly idpNamed: (entityId: string) => TrustedIdp | undefined
  readonly idps: readonly TrustedIdp[]
}

/** Paths of Shibboleth's own service provider, which guides for Keystone name. */
export const PAOS_PATH = '/Shibboleth.sso/SAML2/ECP'
export const POST_PATH = '/Shibboleth.sso/SAML2/POST'
export const METADATA_PATH = '/Shibboleth.sso/Metadata'

/** @throws Error where an identity provider of the configuration cannot be told from others */
export function createSamlSp(
  settings: SamlSettings,
  url: string,
  masterKey: KeyObject,
  signer: (ctx: Ctx) => Promise<Signer>,
): SamlSp {
  const entityId = settings.sp_entity_id || `${url}/shibboleth`
  const idps = settings.identity_providers.map(trustedIdp)
  const byName = new Map(idps.map((idp) => [idp.entityId, idp]))
  if (byName.size < idps.length) throw new Error('config.yaml: federation.saml: an entity_id is there twice')
  const [paosUrl, postUrl] = [`${url}${PAOS_PATH}`, `${url}${POST_PATH}`]
  return {
    url,
    entityId,
    paosUrl,
    postUrl,
    metadata: async (ctx) => {
      const { certificate } = await signer(ctx)
      const signsRequests = idps.some((idp) => idp.signsRequests)
      return xmlText(spMetadata({ entityId, paosUrl, postUrl, certificate, signsRequests }))
    },
    signer,
    masterKey,
    idps,
    idpAt: (idpId, protocolId) => idps.find((idp) => idp.idpId === idpId && idp.protocolId === protocolId),
    idpNamed: (name) => byName.get(name),
  }
}

function trustedIdp(settings: SamlSettings['identity_providers'][number]): TrustedIdp {
  const { entity_id: entityId, metadata } = settings
  const facts = metadata === '' ? nothing : readIdpMetadata(readFileSync(metadata, 'utf8'), entityId)
  const certificates = [...facts.certificates, ...settings.certificates]
  const isRsa = (pem: string) => new X509Certificate(pem).publicKey.asymmetricKeyType === 'rsa'
  if (certificates.length === 0 || !certificates.every(isRsa)) {
    throw new Error(`config.yaml: federation.saml: ${entityId} needs certificates, all of RSA keys`)
  }
  return {
    idpId: settings.identity_provider,
    protocolId: settings.protocol,
    entityId,
    certificates,
    ssoUrl: settings.sso_url || facts.ssoUrl,
    unsolicited: settings.unsolicited,
    allowSha1: settings.allow_sha1,
    signsRequests: settings.sign_requests,
  }
}

const nothing: IdpFacts = { certificates: [], ssoUrl: undefined }
