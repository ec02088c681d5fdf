// This cloud as an identity provider: what a token says, as an assertion for another cloud (keystone/api/_shared/saml.py).

import { envelopeOf, responseOf } from '#lib/saml/assertion.ts'
import { idpMetadata } from '#lib/saml/metadata.ts'
import { type Signer, signElement } from '#lib/saml/signature.ts'
import { type XmlElement, xmlText } from '#lib/xml/xml.ts'
import type { Ctx } from '#platform/context.ts'
import { forbidden } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { forbiddenFor } from '../../errors.ts'
import { listGroupIdsOfUser, listGroupsByIds } from '../../groups/store.ts'
import { listProjectsByIds } from '../../projects/store.ts'
import { getServiceProvider } from '../../service-providers/operations.ts'
import type { ServiceProviderRow } from '../../service-providers/store.ts'
import type { TokenRegistry } from '../../tokens/operations/registry.ts'
import { attributesOf, descriptionOf } from '../view.ts'
import type { SamlSettings } from './signer.ts'

/** An assertion, or an envelope with one in it, and whom it is for. */
export type IssuedAssertion = { readonly xml: string; readonly provider: ServiceProviderRow }

export type SamlIdp = {
  /** What this cloud says of itself. */
  readonly metadata: (ctx: Ctx) => Promise<string>
  /**
   * What a token says, for a service provider; `ecp`: in the envelope that K2K clients carry.
   * @throws notFound (service provider, token), forbidden (disabled, a token that is not for a project)
   */
  readonly issue: (ctx: Ctx, token: string, serviceProviderId: string, ecp: boolean) => Promise<IssuedAssertion>
}

/** What this identity provider is called. */
export const idpEntityIdOf = (settings: SamlSettings, url: string): string =>
  settings.idp_entity_id || `${url}/v3/OS-FEDERATION/saml2/idp`

/** @param url of this API as others reach it, without a path */
export function createSamlIdp(
  settings: SamlSettings,
  url: string,
  signer: (ctx: Ctx) => Promise<Signer>,
  tokens: Pick<TokenRegistry, 'entryOf'>,
): SamlIdp {
  const entityId = idpEntityIdOf(settings, url)
  return {
    metadata: async (ctx) => {
      const { certificate } = await signer(ctx)
      return documentOf(idpMetadata(descriptionOf(settings, url, entityId, certificate)))
    },
    issue: async (ctx, token, serviceProviderId, ecp) => {
      const provider = await getServiceProvider(ctx, serviceProviderId)
      if (provider.enabled === 0) throw forbidden(`Service Provider ${provider.id} is disabled`)
      const { authority, payload } = await tokens.entryOf(ctx, token)
      // The other cloud could not ask for the certificate any more.
      if (payload.scope.kind === 'oauth2') throw forbiddenFor('Use a token that was not given for a certificate')
      const { user, userDomain, project, projectDomain, roles } = authority
      if (!project || !projectDomain) {
        throw forbiddenFor('Use a project scoped token when attempting to create a SAML assertion')
      }
      const response = responseOf({
        responseId: newSamlId(),
        assertionId: newSamlId(),
        sessionIndex: newSamlId(),
        issuer: entityId,
        recipient: provider.sp_url,
        subject: user.name,
        attributes: attributesOf({
          user: user.name,
          userDomain: userDomain.name,
          roles: roles.map(({ name }) => name),
          project: project.name,
          projectDomain: projectDomain.name,
          groups: await groupsOf(ctx, user.id),
        }),
        issuedAt: ctx.now,
        expiresAt: ctx.now + settings.assertion_expiration_time * 1000,
      })
      const sent = ecp ? envelopeOf(response, `${provider.relay_state_prefix}${newHexId()}`) : response
      return { xml: signElement(documentOf(sent), 'Assertion', await signer(ctx)), provider }
    },
  }
}

const documentOf = (root: XmlElement): string => `<?xml version="1.0" encoding="UTF-8"?>\n${xmlText(root)}`

/** An id of XML begins with no digit. */
const newSamlId = (): string => `_${newHexId()}`

async function groupsOf(ctx: Ctx, userId: string) {
  const groups = await listGroupsByIds(ctx, await listGroupIdsOfUser(ctx, userId))
  const domains = await listProjectsByIds(ctx, [...new Set(groups.map(({ domainId }) => domainId))])
  const names = new Map(domains.map(({ id, name }) => [id, name]))
  return groups.map(({ name, domainId }) => ({ name, domain: names.get(domainId) ?? domainId }))
}
