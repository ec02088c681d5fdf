import { describe, expect, it } from 'vitest'
import { claimsOf, payloadOf } from './claims.ts'
import type { TokenScope } from './payloads.ts'

const federation = { groupIds: ['g1', 'g2'], identityProviderId: 'idp', protocolId: 'openid' }
const scopes: readonly TokenScope[] = [
  { kind: 'unscoped' },
  { kind: 'domain', domainId: 'd' },
  { kind: 'project', projectId: 'p' },
  { kind: 'system', system: 'all' },
  { kind: 'trust', projectId: 'p', trustId: 't' },
  { kind: 'trust', projectId: '', trustId: 't' },
  { kind: 'oauth1', projectId: 'p', accessTokenId: 'a' },
  { kind: 'application_credential', projectId: 'p', applicationCredentialId: 'c' },
  { kind: 'oauth2', projectId: 'p', domainId: null, thumbprint: 'x' },
  { kind: 'federated_unscoped', ...federation },
  { kind: 'federated_project', projectId: 'p', ...federation },
  { kind: 'federated_domain', domainId: 'd', ...federation },
]
const payloadWith = (scope: TokenScope) => ({
  userId: 'u',
  methods: ['password'] as const,
  expiresAt: 1_800_000_000_000,
  auditIds: ['one', 'two'],
  scope,
})

describe('the claims of a token', () => {
  it.each(scopes)('say all that it holds: %j', (scope) => {
    const payload = payloadWith(scope)
    const claims: unknown = JSON.parse(JSON.stringify(claimsOf(payload, 1_700_000_000)))
    expect(payloadOf(Object(claims))).toEqual({ payload, issuedAt: 1_700_000_000 })
  })

  it("have Keystone's names and order", () => {
    expect(JSON.stringify(claimsOf(payloadWith({ kind: 'project', projectId: 'p' }), 1))).toBe(
      '{"sub":"u","iat":1,"exp":1800000000,"openstack_methods":["password"],"openstack_audit_ids":["one","two"],"openstack_project_id":"p"}',
    )
  })

  it.each([
    [{ sub: 7 }],
    [{ sub: '' }],
    [{ iat: 1.5 }],
    [{ exp: 'soon' }],
    [{ openstack_methods: ['unknown'] }],
    [{ openstack_methods: 'password' }],
    [{ openstack_audit_ids: [1] }],
    [{ openstack_project_id: 7 }],
    [{ openstack_app_cred_id: 'c', openstack_project_id: undefined }],
  ])('that are no token: %j', (wrong) => {
    const claims = claimsOf(payloadWith({ kind: 'project', projectId: 'p' }), 1)
    expect(() => payloadOf({ ...claims, ...wrong })).toThrow()
  })
})
