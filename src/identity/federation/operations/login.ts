// The ways in by a provider's word: a program shows an access token of the provider's, or has a session that an assertion of SAML opened;
// or a proxy in front has checked the user itself.

import type { IncomingMessage } from 'node:http'
import { OidcRefusal, OidcUnavailable } from '#lib/oidc/fetch-json.ts'
import { type Claims, createOidcProvider, type OidcProvider } from '#lib/oidc/provider.ts'
import type { Settings } from '#platform/config.ts'
import type { Ctx } from '#platform/context.ts'
import { unavailable } from '#platform/errors.ts'
import { notAuthenticated } from '../../errors.ts'
import { defaultScope, grant } from '../../tokens/operations/authenticate.ts'
import type { Issued } from '../../tokens/operations/issue.ts'
import { sessionIn } from '../../saml/operations/enhanced-client.ts'
import { checkProxy, isFromProxy } from '#platform/http/trusted-proxy.ts'
import type { SamlSp } from '../../saml/operations/service-provider.ts'
import { type Session, takeSession } from '../../saml/operations/session.ts'
import type { Logins } from '../../tokens/operations/methods.ts'
import { assertionOf, assertionOfHeaders, assertionOfSaml, SAML_ISSUER, type Said } from './assertion.ts'
import { enter, getEnabledProvider } from './enter.ts'

export type FederationConfig = Settings['federation']

/** The parts that federated logins work with. */
export type Federations = {
  readonly config: FederationConfig
  readonly logins: Pick<Logins, 'tokens' | 'keys'>
  readonly saml: SamlSp
  /** The OpenID Connect provider of an identity provider and protocol, where one is configured. */
  readonly providerOf: (idpId: string, protocolId: string) => OidcProvider | undefined
  /** The one identity provider that has this protocol; undefined where there are none or several. */
  readonly onlyProvider: (protocolId: string) => string | undefined
  /** Called when a login has changed anything: users, groups, projects. */
  readonly changed: () => void
}

/** @throws Error where a configured issuer is neither behind TLS nor on this machine, or a proxy cannot be told from others */
export function createFederations(
  config: FederationConfig,
  logins: Federations['logins'],
  saml: SamlSp,
  changed: () => void,
): Federations {
  checkProxy(config.trusted_proxy)
  const key = (idpId: string, protocolId: string) => JSON.stringify([idpId, protocolId])
  const providers = new Map(
    config.oidc.map((client) => {
      checkIssuer(client.issuer)
      const settings = {
        ...client,
        clientId: client.client_id,
        clientSecret: client.client_secret,
        userinfoTokens: client.userinfo_tokens,
      }
      return [key(client.identity_provider, client.protocol), createOidcProvider(settings)] as const
    }),
  )
  const ways = [
    ...config.oidc.map(({ identity_provider, protocol }) => ({ idpId: identity_provider, protocolId: protocol })),
    ...saml.idps,
  ]
  const twice = saml.idps.find(
    ({ idpId, protocolId }) =>
      ways.filter((way) => key(way.idpId, way.protocolId) === key(idpId, protocolId)).length > 1,
  )
  if (twice) throw new Error(`config.yaml: federation: ${twice.idpId}/${twice.protocolId} is there twice`)
  return {
    config,
    logins,
    saml,
    providerOf: (idpId, protocolId) => providers.get(key(idpId, protocolId)),
    onlyProvider: (protocolId) => {
      const [only, ...others] = ways.filter((way) => way.protocolId === protocolId)
      return others.length === 0 ? only?.idpId : undefined
    },
    changed,
  }
}

function checkIssuer(issuer: string): void {
  const { protocol, hostname } = new URL(issuer)
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !local) throw new Error(`config.yaml: federation.oidc: ${issuer} is not behind TLS`)
}

/** The token of a program that shows an access token or has a session, or of whom the proxy sends. @throws unauthorized and what `enter` throws */
export async function loginAt(
  ctx: Ctx,
  federations: Federations,
  idpId: string,
  protocolId: string,
  request: IncomingMessage,
): Promise<Issued> {
  await getEnabledProvider(ctx, idpId)
  const provider = federations.providerOf(idpId, protocolId)
  const { trusted_proxy: proxy } = federations.config
  if (federations.saml.idpAt(idpId, protocolId)) {
    const session = sessionIn(request.headers.cookie)
    const said = session === undefined ? undefined : await takeSession(ctx, federations.saml, session)
    if (!said) throw notAuthenticated(ctx.baseUrl)
    return issueForSession(ctx, federations, idpId, protocolId, said)
  }
  if (!provider) {
    if (!isFromProxy(request, proxy)) throw notAuthenticated(ctx.baseUrl)
    return issueFor(ctx, federations, idpId, protocolId, assertionOfHeaders(request, proxy))
  }
  const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (token === undefined) throw notAuthenticated(ctx.baseUrl)
  const claims = await asking(ctx, () => provider.checkAccessToken(token, ctx.now))
  return issueForClaims(ctx, federations, idpId, protocolId, claims)
}

/** The token of whom the claims name. */
export function issueForClaims(
  ctx: Ctx,
  federations: Federations,
  idpId: string,
  protocolId: string,
  claims: Claims,
): Promise<Issued> {
  const said = assertionOf(claims)
  if (!said) throw notAuthenticated(ctx.baseUrl)
  return issueFor(ctx, federations, idpId, protocolId, said)
}

/** The token of whom an assertion names. */
export function issueForSession(
  ctx: Ctx,
  federations: Federations,
  idpId: string,
  protocolId: string,
  { idp, nameId, attributes }: Session,
): Promise<Issued> {
  const said = assertionOfSaml(idp.entityId, nameId, attributes)
  if (!said || idp.idpId !== idpId || idp.protocolId !== protocolId) throw notAuthenticated(ctx.baseUrl)
  const config = { ...federations.config, remote_id_attribute: SAML_ISSUER }
  return issueFor(ctx, { ...federations, config }, idpId, protocolId, said)
}

async function issueFor(
  ctx: Ctx,
  { config, logins, changed }: Federations,
  idpId: string,
  protocolId: string,
  { assertion, remoteUser }: Said,
): Promise<Issued> {
  const entered = await enter(ctx, config, idpId, protocolId, assertion, remoteUser)
  if (entered.changed) changed()
  const { userId, groupIds } = entered
  const login = { userId, methods: ['mapped'] as const }
  const issued =
    groupIds === null
      ? await grant(ctx, logins, login, await defaultScope(ctx, logins.tokens, userId))
      : await grant(
          ctx,
          logins,
          { ...login, federation: { groupIds, identityProviderId: idpId, protocolId } },
          { kind: 'unscoped' },
        )
  // A user who must pass more methods cannot do so on this way.
  if ('required' in issued) throw notAuthenticated(ctx.baseUrl)
  return issued
}

/** Runs what asks a provider, in the words of this API. @throws unauthorized, unavailable */
export async function asking<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OidcRefusal) {
      ctx.log.info({ err: error }, 'a federated login was refused')
      throw notAuthenticated(ctx.baseUrl)
    }
    if (error instanceof OidcUnavailable) {
      ctx.log.warn({ err: error }, 'an OpenID Connect provider fails')
      throw unavailable('The identity provider is not available at the moment.')
    }
    throw error
  }
}
