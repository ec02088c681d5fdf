// What the tables of a small Keystone hold, for the tests of the import.

import { createFernetKeyText, encryptFernet, parseFernetKey } from '#lib/fernet/fernet.ts'
import type { SourceRow } from '../imports/rules/source.ts'

// The hash is of "secret 비밀번호", as Python's bcrypt made it.
export const password = 'secret 비밀번호'
const hash = '$2b$04$abcdefghijklmnopqrstuuLMM3UfTXmFVVnfSwVtHX.L7uH94u54e'
export const credentialKey = createFernetKeyText()

const encrypted = (text: string) =>
  encryptFernet(parseFernetKey(credentialKey), Buffer.from(text), Math.floor(Date.now() / 1000))

/** A small cloud, as its tables hold it. */
export function sample(): Map<string, SourceRow[]> {
  const user = (id: string, enabled = 1): SourceRow => ({
    id,
    extra: '{"email": "a@example.org"}',
    enabled,
    default_project_id: null,
    created_at: '2024-01-02 03:04:05',
    last_active_at: null,
    domain_id: 'default',
  })
  const project = (id: string, name: string, domain: string, parent: string | null, is_domain = 0): SourceRow => ({
    id,
    name,
    extra: '{}',
    description: null,
    enabled: 1,
    domain_id: domain,
    parent_id: parent,
    is_domain,
  })
  const root = '<<keystone.domain.root>>'
  return new Map<string, SourceRow[]>([
    [
      'project',
      [
        project('p2', 'inner', 'd1', 'p1'),
        project('p1', 'outer', 'd1', 'd1'),
        project('d1', 'Old', root, null, 1),
        project('default', 'Default', root, null, 1),
        project(root, root, root, null, 1),
        project('pa', 'admin', 'default', 'default'),
      ],
    ],
    ['project_tag', [{ project_id: 'p2', name: 'blue' }]],
    ['user', [user('u1'), user('u2'), user('gone', 0), user('ldap'), user('shadow')]],
    [
      'local_user',
      [
        { id: 1, user_id: 'u1', domain_id: 'default', name: 'alice', failed_auth_count: 0, failed_auth_at: null },
        { id: 2, user_id: 'u2', domain_id: 'default', name: 'admin', failed_auth_count: null, failed_auth_at: null },
        { id: 3, user_id: 'gone', domain_id: 'd1', name: 'alice', failed_auth_count: 0, failed_auth_at: null },
      ],
    ],
    ['nonlocal_user', [{ domain_id: 'default', name: 'far', user_id: 'ldap' }]],
    [
      'password',
      [
        {
          id: 1,
          local_user_id: 1,
          password_hash: '$2b$04$old',
          created_at_int: 1_700_000_000_000_000,
          self_service: 0,
          expires_at_int: null,
        },
        {
          id: 2,
          local_user_id: 1,
          password_hash: hash,
          created_at_int: 1_710_000_000_123_456,
          self_service: 1,
          expires_at_int: null,
        },
        { id: 3, local_user_id: 3, password_hash: hash, created_at: '2024-01-01 00:00:00', self_service: 0 },
      ],
    ],
    [
      'user_option',
      [
        { user_id: 'u1', option_id: '1003', option_value: 'true' },
        { user_id: 'u1', option_id: 'NONE', option_value: '1' },
      ],
    ],
    ['group', [{ id: 'g1', domain_id: 'default', name: 'crew', description: null, extra: null }]],
    ['user_group_membership', [{ user_id: 'u1', group_id: 'g1' }]],
    [
      'role',
      [
        { id: 'r1', name: 'auditor', extra: '{}', domain_id: '<<null>>', description: 'looks' },
        { id: 'r2', name: 'reader', extra: '{}', domain_id: '<<null>>', description: null },
        { id: 'r3', name: 'local', extra: '{}', domain_id: 'd1', description: null },
      ],
    ],
    ['role_option', [{ role_id: 'r1', option_id: 'IMMU', option_value: 'true' }]],
    ['implied_role', [{ prior_role_id: 'r1', implied_role_id: 'r2' }]],
    [
      'assignment',
      [
        { type: 'UserProject', actor_id: 'u1', target_id: 'p2', role_id: 'r1', inherited: 0 },
        { type: 'GroupDomain', actor_id: 'g1', target_id: 'd1', role_id: 'r2', inherited: 1 },
      ],
    ],
    ['system_assignment', [{ type: 'UserSystem', actor_id: 'u1', target_id: 'system', role_id: 'r2', inherited: 0 }]],
    ['region', [{ id: 'Old', description: '', parent_region_id: null, extra: '{}' }]],
    ['service', [{ id: 's1', type: 'volumev3', enabled: 1, extra: '{"name": "cinder", "description": "disks"}' }]],
    [
      'endpoint',
      [
        {
          id: 'e1',
          interface: 'public',
          region_id: 'Old',
          service_id: 's1',
          url: 'http://old/v3/$(project_id)s',
          enabled: 1,
          extra: '{}',
        },
      ],
    ],
    [
      'registered_limit',
      [
        {
          internal_id: 1,
          id: 'rl',
          service_id: 's1',
          region_id: null,
          resource_name: 'volumes',
          default_limit: 5,
          description: null,
        },
      ],
    ],
    [
      'limit',
      [
        {
          internal_id: 1,
          id: 'l1',
          project_id: 'p1',
          domain_id: null,
          registered_limit_id: 'rl',
          resource_limit: 9,
          description: null,
        },
      ],
    ],
    [
      'access_rule',
      [{ id: 7, external_id: 'ar', user_id: 'u1', service: 'compute', path: '/v2.1/servers', method: 'GET' }],
    ],
    [
      'application_credential',
      [
        {
          internal_id: 3,
          id: 'ac',
          name: 'bot',
          secret_hash: hash,
          description: null,
          user_id: 'u1',
          project_id: 'p2',
          expires_at: null,
          system: null,
          unrestricted: 0,
        },
      ],
    ],
    [
      'application_credential_role',
      [
        { application_credential_id: 3, role_id: 'r1' },
        { application_credential_id: 3, role_id: 'r2' },
      ],
    ],
    ['application_credential_access_rule', [{ application_credential_id: 3, access_rule_id: 7 }]],
    [
      'trust',
      [
        {
          id: 'ab'.repeat(16),
          trustor_user_id: 'u1',
          trustee_user_id: 'u2',
          project_id: 'p2',
          impersonation: 1,
          deleted_at: null,
          expires_at: null,
          remaining_uses: null,
          extra: '{}',
          expires_at_int: null,
          redelegated_trust_id: null,
          redelegation_count: 0,
        },
      ],
    ],
    ['trust_role', [{ trust_id: 'ab'.repeat(16), role_id: 'r1' }]],
    [
      'credential',
      [
        {
          id: 'c1',
          user_id: 'u1',
          project_id: 'p2',
          type: 'ec2',
          extra: '{}',
          key_hash: 'x',
          encrypted_blob: encrypted(JSON.stringify('{"access": "a", "secret": "s"}')),
        },
        {
          id: 'c2',
          user_id: 'u1',
          project_id: null,
          type: 'totp',
          extra: '{}',
          key_hash: 'y',
          encrypted_blob: 'gAAAA',
        },
      ],
    ],
    ['consumer', [{ id: 'oc', description: 'program', secret: 'of-oc', extra: '{"colour": "red"}' }]],
    [
      'access_token',
      [
        {
          id: 'oa',
          access_secret: 'of-oa',
          authorizing_user_id: 'u1',
          project_id: 'p2',
          role_ids: '["r1"]',
          consumer_id: 'oc',
          expires_at: null,
        },
        {
          id: 'ob',
          access_secret: 'of-ob',
          authorizing_user_id: 'u1',
          project_id: 'p2',
          role_ids: '["r1"]',
          consumer_id: 'oc',
          expires_at: '2020-01-01T00:00:00.000000Z',
        },
      ],
    ],
    [
      'request_token',
      [
        {
          id: 'or',
          request_secret: 'x',
          verifier: null,
          authorizing_user_id: null,
          requested_project_id: 'p2',
          role_ids: null,
          consumer_id: 'oc',
          expires_at: '2020-01-01T00:00:00.000000Z',
        },
      ],
    ],
    [
      'revocation_event',
      [
        {
          id: 1,
          user_id: 'u1',
          audit_id: null,
          issued_before: '2020-01-01 00:00:00',
          revoked_at: '2020-01-01 00:00:00',
        },
      ],
    ],
    ['identity_provider', [{ id: 'sso', domain_id: 'd1', enabled: 1, description: null, authorization_ttl: 5 }]],
    ['idp_remote_ids', [{ idp_id: 'sso', remote_id: 'https://sso' }]],
    ['federation_protocol', [{ id: 'openid', idp_id: 'sso', mapping_id: 'map', remote_id_attribute: null }]],
    ['mapping', [{ id: 'map', rules: '[{"local": [], "remote": [{"type": "a"}]}]', schema_version: '1.0' }]],
    [
      'service_provider',
      [{ id: 'sp', enabled: 1, auth_url: 'https://a', sp_url: 'https://b', relay_state_prefix: 'x' }],
    ],
    [
      'federated_user',
      [
        { id: 1, user_id: 'shadow', idp_id: 'sso', protocol_id: 'openid', unique_id: 'kim', display_name: 'Kim' },
        { id: 2, user_id: 'u1', idp_id: 'sso', protocol_id: 'openid', unique_id: 'alice', display_name: 'alice' },
      ],
    ],
    ['id_mapping', [{ public_id: 'ldap', domain_id: 'd1', local_id: 'far', entity_type: 'user' }]],
    ['whitelisted_config', [{ domain_id: 'd1', group: 'ldap', option: 'url', value: '"ldap://old"' }]],
    ['sensitive_config', [{ domain_id: 'd1', group: 'ldap', option: 'password', value: '"hidden"' }]],
  ])
}

/** The sample without what this cloud has by the same names. */
export function withoutConflicts(): Map<string, SourceRow[]> {
  const tables = sample()
  const without = (table: string, names: readonly string[]) =>
    tables.set(
      table,
      (tables.get(table) ?? []).filter((row) => !names.includes(String(row['name']))),
    )
  without('project', ['admin'])
  without('local_user', ['admin'])
  without('role', ['reader'])
  return tables
}
