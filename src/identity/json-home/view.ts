// JSON Home (draft-nottingham-json-home): what can be found where, for clients that ask for `application/json-home`.

/** Relations of the API itself (''), and of each of its extensions, with the paths below /v3 (keystone/api). */
const RELATIONS: Readonly<Record<string, readonly (readonly [relation: string, path: string])[]>> = {
  '': [
    ['auth_tokens', '/auth/tokens'],
    ['auth_catalog', '/auth/catalog'],
    ['auth_projects', '/auth/projects'],
    ['auth_domains', '/auth/domains'],
    ['auth_system', '/auth/system'],
    ['credential', '/credentials/{credential_id}'],
    ['credentials', '/credentials'],
    ['system_user_role', '/system/users/{user_id}/roles/{role_id}'],
    ['system_user_roles', '/system/users/{user_id}/roles'],
    ['system_group_role', '/system/groups/{group_id}/roles/{role_id}'],
    ['system_group_roles', '/system/groups/{group_id}/roles'],
    ['domain', '/domains/{domain_id}'],
    ['domain_group_role', '/domains/{domain_id}/groups/{group_id}/roles/{role_id}'],
    ['domain_group_roles', '/domains/{domain_id}/groups/{group_id}/roles'],
    ['domain_user_role', '/domains/{domain_id}/users/{user_id}/roles/{role_id}'],
    ['domain_user_roles', '/domains/{domain_id}/users/{user_id}/roles'],
    ['domains', '/domains'],
    ['endpoint', '/endpoints/{endpoint_id}'],
    ['endpoints', '/endpoints'],
    ['group', '/groups/{group_id}'],
    ['group_user', '/groups/{group_id}/users/{user_id}'],
    ['group_users', '/groups/{group_id}/users'],
    ['groups', '/groups'],
    ['policies', '/policies'],
    ['policy', '/policies/{policy_id}'],
    ['project', '/projects/{project_id}'],
    ['project_group_role', '/projects/{project_id}/groups/{group_id}/roles/{role_id}'],
    ['project_group_roles', '/projects/{project_id}/groups/{group_id}/roles'],
    ['project_tags', '/projects/{project_id}/tags/{value}'],
    ['project_user_role', '/projects/{project_id}/users/{user_id}/roles/{role_id}'],
    ['project_user_roles', '/projects/{project_id}/users/{user_id}/roles'],
    ['projects', '/projects'],
    ['region', '/regions/{region_id}'],
    ['regions', '/regions'],
    ['role', '/roles/{role_id}'],
    ['implied_roles', '/roles/{prior_role_id}/implies'],
    ['implied_role', '/roles/{prior_role_id}/implies/{implied_role_id}'],
    ['role_inferences', '/role_inferences'],
    ['role_assignments', '/role_assignments'],
    ['roles', '/roles'],
    ['service', '/services/{service_id}'],
    ['services', '/services'],
    ['user', '/users/{user_id}'],
    ['user_change_password', '/users/{user_id}/password'],
    ['user_groups', '/users/{user_id}/groups'],
    ['user_projects', '/users/{user_id}/projects'],
    ['users', '/users'],
    ['domain_config', '/domains/{domain_id}/config'],
    ['domain_config_group', '/domains/{domain_id}/config/{group}'],
    ['domain_config_option', '/domains/{domain_id}/config/{group}/{option}'],
    ['domain_config_default', '/domains/config/default'],
    ['domain_config_default_group', '/domains/config/{group}/default'],
    ['domain_config_default_option', '/domains/config/{group}/{option}/default'],
    ['registered_limits', '/registered_limits'],
    ['registered_limit', '/registered_limits/{registered_limit_id}'],
    ['limits', '/limits'],
    ['limit', '/limits/{limit_id}'],
    ['limit_model', '/limits/model'],
    ['application_credentials', '/users/{user_id}/application_credentials'],
    ['application_credential', '/users/{user_id}/application_credentials/{application_credential_id}'],
    ['access_rules', '/users/{user_id}/access_rules'],
    ['access_rule', '/users/{user_id}/access_rules/{access_rule_id}'],
  ],
  'OS-EC2': [
    ['ec2tokens', '/ec2tokens'],
    ['user_credential', '/users/{user_id}/credentials/OS-EC2/{credential_id}'],
    ['user_credentials', '/users/{user_id}/credentials/OS-EC2'],
  ],
  'OS-PKI': [['revocations', '/auth/tokens/OS-PKI/revoked']],
  'OS-REVOKE': [['events', '/OS-REVOKE/events']],
  'OS-SIMPLE-CERT': [
    ['ca_certificate', '/OS-SIMPLE-CERT/ca'],
    ['certificates', '/OS-SIMPLE-CERT/certificates'],
  ],
  'OS-TRUST': [
    ['trust', '/OS-TRUST/trusts/{trust_id}'],
    ['trust_role', '/OS-TRUST/trusts/{trust_id}/roles/{role_id}'],
    ['trust_roles', '/OS-TRUST/trusts/{trust_id}/roles'],
    ['trusts', '/OS-TRUST/trusts'],
  ],
  s3tokens: [['s3tokens', '/s3tokens']],
  'OS-OAUTH2': [['token', '/OS-OAUTH2/token']],
  'OS-FEDERATION': [
    ['domains', '/auth/domains'],
    ['saml2', '/auth/OS-FEDERATION/saml2'],
    ['ecp', '/auth/OS-FEDERATION/saml2/ecp'],
    ['metadata', '/OS-FEDERATION/saml2/metadata'],
    ['websso', '/auth/OS-FEDERATION/websso/{protocol_id}'],
    ['projects', '/auth/projects'],
    ['identity_providers', '/OS-FEDERATION/identity_providers'],
    ['service_providers', '/OS-FEDERATION/service_providers'],
    ['mappings', '/OS-FEDERATION/mappings'],
    ['identity_provider', '/OS-FEDERATION/identity_providers/{idp_id}'],
    ['identity_providers_websso', '/auth/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/websso'],
    ['service_provider', '/OS-FEDERATION/service_providers/{service_provider_id}'],
    ['mapping', '/OS-FEDERATION/mappings/{mapping_id}'],
    ['identity_provider_protocol', '/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}'],
    ['identity_provider_protocols', '/OS-FEDERATION/identity_providers/{idp_id}/protocols'],
    ['identity_provider_protocol_auth', '/OS-FEDERATION/identity_providers/{idp_id}/protocols/{protocol_id}/auth'],
  ],
  'OS-OAUTH1': [
    ['access_tokens', '/OS-OAUTH1/access_token'],
    ['request_tokens', '/OS-OAUTH1/request_token'],
    ['consumers', '/OS-OAUTH1/consumers'],
    ['authorize_request_token', '/OS-OAUTH1/authorize/{request_token_id}'],
    ['consumer', '/OS-OAUTH1/consumers/{consumer_id}'],
    ['user_access_token', '/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}'],
    ['user_access_tokens', '/users/{user_id}/OS-OAUTH1/access_tokens'],
    ['user_access_token_role', '/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}/roles/{role_id}'],
    ['user_access_token_roles', '/users/{user_id}/OS-OAUTH1/access_tokens/{access_token_id}/roles'],
  ],
  'OS-ENDPOINT-POLICY': [
    ['endpoint_policy', '/endpoints/{endpoint_id}/OS-ENDPOINT-POLICY/policy'],
    ['endpoint_policy_association', '/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints/{endpoint_id}'],
    ['policy_endpoints', '/policies/{policy_id}/OS-ENDPOINT-POLICY/endpoints'],
    [
      'region_and_service_policy_association',
      '/policies/{policy_id}/OS-ENDPOINT-POLICY/services/{service_id}/regions/{region_id}',
    ],
    ['service_policy_association', '/policies/{policy_id}/OS-ENDPOINT-POLICY/services/{service_id}'],
  ],
  'OS-EP-FILTER': [
    ['endpoint_group', '/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}'],
    [
      'endpoint_group_to_project_association',
      '/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/projects/{project_id}',
    ],
    ['endpoint_groups', '/OS-EP-FILTER/endpoint_groups'],
    ['endpoint_projects', '/OS-EP-FILTER/endpoints/{endpoint_id}/projects'],
    ['endpoints_in_endpoint_group', '/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/endpoints'],
    ['project_endpoint_groups', '/OS-EP-FILTER/projects/{project_id}/endpoint_groups'],
    ['project_endpoint', '/OS-EP-FILTER/projects/{project_id}/endpoints/{endpoint_id}'],
    ['project_endpoints', '/OS-EP-FILTER/projects/{project_id}/endpoints'],
    ['projects_associated_with_endpoint_group', '/OS-EP-FILTER/endpoint_groups/{endpoint_group_id}/projects'],
  ],
  'OS-INHERIT': [
    [
      'domain_user_role_inherited_to_projects',
      '/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/{role_id}/inherited_to_projects',
    ],
    [
      'domain_group_role_inherited_to_projects',
      '/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects',
    ],
    [
      'domain_user_roles_inherited_to_projects',
      '/OS-INHERIT/domains/{domain_id}/users/{user_id}/roles/inherited_to_projects',
    ],
    [
      'domain_group_roles_inherited_to_projects',
      '/OS-INHERIT/domains/{domain_id}/groups/{group_id}/roles/inherited_to_projects',
    ],
    [
      'project_user_role_inherited_to_projects',
      '/OS-INHERIT/projects/{project_id}/users/{user_id}/roles/{role_id}/inherited_to_projects',
    ],
    [
      'project_group_role_inherited_to_projects',
      '/OS-INHERIT/projects/{project_id}/groups/{group_id}/roles/{role_id}/inherited_to_projects',
    ],
  ],
}

/** Parameters that belong to an extension, and those whose relation has another name. */
const EXTENSION_OF: ReadonlyMap<string, string> = new Map([
  ['trust_id', 'OS-TRUST'],
  ['idp_id', 'OS-FEDERATION'],
  ['protocol_id', 'OS-FEDERATION'],
  ['mapping_id', 'OS-FEDERATION'],
  ['service_provider_id', 'OS-FEDERATION'],
  ['request_token_id', 'OS-OAUTH1'],
  ['consumer_id', 'OS-OAUTH1'],
  ['access_token_id', 'OS-OAUTH1'],
  ['endpoint_group_id', 'OS-EP-FILTER'],
])
const RELATION_OF: ReadonlyMap<string, string> = new Map([
  ['value', 'tag_value'],
  ['prior_role_id', 'role_id'],
  ['implied_role_id', 'role_id'],
  ['group', 'config_group'],
  ['option', 'config_option'],
])
const EXPERIMENTAL = /^\/(registered_)?limits/

const BASE = 'https://docs.openstack.org/api/openstack-identity/3'

const relationTo = (extension: string, kind: 'rel' | 'param', name: string): string =>
  extension === '' ? `${BASE}/${kind}/${name}` : `${BASE}/ext/${extension}/1.0/${kind}/${name}`

/** One resource: `prefix` is what stands before its path. */
function resourceAt(path: string, prefix: string) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  const hints = EXPERIMENTAL.test(path) ? { hints: { status: 'experimental' } } : {}
  if (names.length === 0) return { href: `${prefix}${path}`, ...hints }
  const relations = names.map((name) => [
    name,
    relationTo(EXTENSION_OF.get(name) ?? '', 'param', RELATION_OF.get(name) ?? name),
  ])
  return { 'href-template': `${prefix}${path}`, 'href-vars': Object.fromEntries(relations), ...hints }
}

function documentOf(prefix: string): string {
  const resources = Object.entries(RELATIONS).flatMap(([extension, rows]) =>
    rows.map(([name, path]) => [relationTo(extension, 'rel', name), resourceAt(path, prefix)]),
  )
  return JSON.stringify({ resources: Object.fromEntries(resources) })
}

/** The document as `/v3` gives it, and as `/` does. */
export const homeOfV3 = documentOf('')
export const homeOfRoot = documentOf('/v3')

const TYPE = 'application/json-home'

/** Whether a client likes JSON Home better than plain JSON. */
export function wantsHome(accept: string | undefined): boolean {
  const wishes = (accept ?? '').split(',').map((part) => {
    const [type = '', ...parameters] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/)
    const quality = parameters.find((text) => text.startsWith('q='))?.slice(2)
    return { type, quality: quality === undefined ? 1 : Number(quality) }
  })
  const likes = (type: string): number =>
    wishes.find((wish) => wish.type === type)?.quality ??
    wishes.find((wish) => wish.type === 'application/*' || wish.type === '*/*')?.quality ??
    0
  return likes(TYPE) > likes('application/json')
}

export const homeHeaders = { 'content-type': TYPE, vary: 'Accept' } as const
