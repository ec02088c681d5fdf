// Every route and rule of identity, in one place.
import type { Settings } from '#platform/config.ts'
import type { KeptLists } from '#platform/http/kept-lists.ts'
import { afterWrite, type Route } from '#platform/http/route.ts'
import type { RuleDefault } from '#platform/policy/enforcer.ts'
import { applicationCredentialRules } from './application-credentials/policy.ts'
import { applicationCredentialRoutes } from './application-credentials/routes.ts'
import { assignmentRules } from './assignments/policy.ts'
import { assignmentRoutes } from './assignments/routes.ts'
import { credentialRules } from './credentials/policy.ts'
import { credentialRoutes } from './credentials/routes.ts'
import type { Audit } from './audit/operations.ts'
import type { CredentialStore } from './credentials/store.ts'
import type { Directories } from './directories/operations.ts'
import { domainConfigRules } from './domain-configs/policy.ts'
import { domainConfigRoutes } from './domain-configs/routes.ts'
import type { DomainConfigStore } from './domain-configs/store.ts'
import { domainRules } from './domains/policy.ts'
import { domainRoutes } from './domains/routes.ts'
import { ec2CredentialRules } from './ec2-credentials/policy.ts'
import { ec2CredentialRoutes, keyLoginRoutes } from './ec2-credentials/routes.ts'
import { endpointGroupRules } from './endpoint-groups/policy.ts'
import { endpointGroupRoutes } from './endpoint-groups/routes.ts'
import { endpointRules } from './endpoints/policy.ts'
import { endpointRoutes } from './endpoints/routes.ts'
import type { Federations } from './federation/operations/login.ts'
import type { WebSso } from './federation/operations/websso.ts'
import { federationRoutes } from './federation/routes.ts'
import { groupRules } from './groups/policy.ts'
import { groupRoutes } from './groups/routes.ts'
import { identityProviderRules } from './identity-providers/policy.ts'
import { identityProviderRoutes } from './identity-providers/routes.ts'
import type { TokenKeys } from './keys/operations.ts'
import { limitRules } from './limits/policy.ts'
import { limitRoutes } from './limits/routes.ts'
import { mappingRules } from './mappings/policy.ts'
import { mappingRoutes } from './mappings/routes.ts'
import type { OAuth1Store } from './oauth1/store.ts'
import { oauth1Rules } from './oauth1/policy.ts'
import { oauth1Routes } from './oauth1/routes.ts'
import { oauth2Routes } from './oauth2/routes.ts'
import { policyRules } from './policies/policy.ts'
import { policyRoutes } from './policies/routes.ts'
import { baseRules } from './policy.ts'
import { projectRules } from './projects/policy.ts'
import { projectRoutes } from './projects/routes.ts'
import { protocolRules } from './protocols/policy.ts'
import { protocolRoutes } from './protocols/routes.ts'
import { regionRules } from './regions/policy.ts'
import { regionRoutes } from './regions/routes.ts'
import { revocationRules } from './revocations/policy.ts'
import { revocationRoutes } from './revocations/routes.ts'
import { roleRules } from './roles/policy.ts'
import { roleRoutes } from './roles/routes.ts'
import type { SamlIdp } from './saml/operations/issue.ts'
import { samlIdpRoutes, samlSpRoutes } from './saml/routes.ts'
import { scopeRules } from './scopes/policy.ts'
import { scopeRoutes } from './scopes/routes.ts'
import { serviceProviderRules } from './service-providers/policy.ts'
import { serviceProviderRoutes } from './service-providers/routes.ts'
import { serviceRules } from './services/policy.ts'
import { serviceRoutes } from './services/routes.ts'
import { createLoginGate, gated } from './tokens/gate.ts'
import type { Passwords } from './tokens/operations/password.ts'
import type { TokenRegistry } from './tokens/operations/registry.ts'
import { tokenRules } from './tokens/policy.ts'
import { tokenRoutes } from './tokens/routes.ts'
import { trustRules } from './trusts/policy.ts'
import { trustRoutes } from './trusts/routes.ts'
import { userRules } from './users/policy.ts'
import { userRoutes } from './users/routes.ts'
import { goneRoutes, versionRoutes } from './versions.ts'

export const identityRules: readonly RuleDefault[] = [
  ...baseRules,
  ...tokenRules,
  ...scopeRules,
  ...regionRules,
  ...serviceRules,
  ...endpointRules,
  ...endpointGroupRules,
  ...domainRules,
  ...domainConfigRules,
  ...projectRules,
  ...userRules,
  ...groupRules,
  ...roleRules,
  ...assignmentRules,
  ...applicationCredentialRules,
  ...trustRules,
  ...credentialRules,
  ...ec2CredentialRules,
  ...limitRules,
  ...policyRules,
  ...revocationRules,
  ...oauth1Rules,
  ...identityProviderRules,
  ...protocolRules,
  ...mappingRules,
  ...serviceProviderRules,
]

/** What the routes work with. */
export type IdentityParts = {
  readonly tokens: TokenRegistry
  readonly keys: TokenKeys
  readonly passwords: Passwords
  readonly lists: KeptLists
  readonly credentials: CredentialStore
  readonly domainConfigs: DomainConfigStore
  readonly directories: Directories
  readonly oauth1: OAuth1Store
  readonly settings: Settings
  readonly audit: Audit
  readonly federations: Federations
  readonly sso: WebSso
  readonly samlIdp: SamlIdp
}

/** The route table of identity. */
export function identityRoutes({
  tokens,
  keys,
  passwords,
  lists,
  credentials,
  domainConfigs,
  directories,
  oauth1,
  settings,
  audit,
  federations,
  sso,
  samlIdp,
}: IdentityParts): readonly Route[] {
  const resources: readonly Route[] = [
    ...regionRoutes,
    ...serviceRoutes,
    ...endpointRoutes,
    ...endpointGroupRoutes,
    ...domainConfigRoutes(domainConfigs, settings.security_compliance).map((row) =>
      afterWrite(row, directories.forget),
    ),
    ...domainRoutes,
    ...projectRoutes(lists, settings.limit_model),
    ...userRoutes(passwords, directories),
    ...groupRoutes(directories),
    ...roleRoutes,
    ...assignmentRoutes,
    ...applicationCredentialRoutes(passwords),
    ...trustRoutes,
    ...credentialRoutes(credentials),
    ...ec2CredentialRoutes(credentials),
    ...limitRoutes(settings.limit_model),
    ...policyRoutes,
    ...revocationRoutes,
    ...oauth1Routes(oauth1),
    ...identityProviderRoutes,
    ...protocolRoutes,
    ...mappingRoutes,
    ...serviceProviderRoutes(settings.federation.saml.relay_state_prefix),
  ]
  const logins = { tokens, keys, passwords, oauth1, credentials }
  const gate = createLoginGate(settings.login_limits)
  const slowed = (row: Route): Route => (row.method === 'POST' ? gated(row, gate) : row)
  return [
    ...versionRoutes,
    ...goneRoutes,
    ...tokenRoutes(logins).map((row) => (row.method === 'POST' ? audit.login(slowed(row)) : row)),
    ...oauth2Routes(logins, settings).map(slowed),
    ...federationRoutes(federations, sso).map(slowed),
    ...[...samlIdpRoutes(samlIdp), ...samlSpRoutes(federations.saml)].map(slowed),
    ...scopeRoutes(tokens),
    ...keyLoginRoutes(credentials, tokens).map(slowed),
    // Whatever a request changes in identity may change what tokens say and lists show: no route can forget to tell.
    ...resources.map((row) =>
      audit.change(
        afterWrite(row.open ? slowed(row) : row, () => {
          tokens.changed()
          lists.changed()
        }),
      ),
    ),
  ]
}
