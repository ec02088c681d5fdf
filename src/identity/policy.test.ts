// Every rule of Keystone, tried by every persona on things of its own and of others. The answers are those of oslo.policy itself with
// Keystone's own rules, so that neither our copy of the rules nor our reading of their language can be wrong unseen.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '#platform/auth/caller.ts'
import { credentialsOf } from '#platform/http/request-context.ts'
import type { Route } from '#platform/http/route.ts'
import { createEnforcer } from '#platform/policy/enforcer.ts'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { ourProject, personas } from '#platform/testing/personas.ts'
import { identityRules } from './api.ts'
import { createIdentity } from './service.ts'

type Fixture = {
  readonly personas: readonly (keyof typeof personas)[]
  readonly targets: readonly (keyof typeof targets)[]
  /** One text a target, one digit a persona: 1 where it may. */
  readonly answers: Readonly<Record<string, readonly string[]>>
}

const domainKeys = [
  'domain.id',
  'domain_id',
  'user.domain_id',
  'group.domain_id',
  'project.domain_id',
  'limit.domain.id',
  'limit.project.domain_id',
]
type Parties = {
  user?: string
  trustee?: string
  project?: string
  domain?: string
  role?: string
  roleDomain?: string | null
}

/** A target of every kind at once. What is not said is somebody else's: `x`. */
const target = ({
  user = 'x',
  trustee = 'x',
  project = 'x',
  domain = 'x',
  role = 'member',
  roleDomain = 'x',
}: Parties) => ({
  user_id: user,
  'target.user.id': user,
  'target.credential.user_id': user,
  'target.token.user_id': user,
  'target.trust.trustor_user_id': user,
  'target.trust.trustee_user_id': trustee,
  'target.project.id': project,
  'target.limit.project_id': project,
  ...Object.fromEntries(domainKeys.map((key) => [`target.${key}`, domain])),
  'target.role.name': role,
  'target.role.domain_id': roleDomain,
})

const targets = {
  own: ({ userId }: Caller) => target({ user: userId, project: ourProject, domain: 'default', roleDomain: null }),
  ofDomain: () => target({ domain: 'default', roleDomain: null }),
  strongRole: () => target({ domain: 'default', role: 'admin', roleDomain: 'default' }),
  foreign: () => target({}),
  trustee: ({ userId }: Caller) => target({ trustee: userId, role: 'admin' }),
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('policy.fixture.json', import.meta.url), 'utf8'))
const enforcer = createEnforcer(identityRules, {})

describe('the rules of identity', () => {
  it('are those of Keystone', () => {
    expect(enforcer.ruleNames.toSorted()).toEqual(Object.keys(fixture.answers).toSorted())
  })

  it.each(Object.entries(fixture.answers))('%s lets in whom Keystone lets in', (rule, answers) => {
    const ours = fixture.targets.map((kind) =>
      fixture.personas
        .map((name) =>
          enforcer.allows(rule, credentialsOf(personas[name]), targets[kind](personas[name])) ? '1' : '0',
        )
        .join(''),
    )
    expect(ours).toEqual(answers)
  })
})

/** A request to a route, on things that do not exist. */
function request(call: Client, { method, path }: Route, token: string): Promise<Answer> {
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: {} }
  return call(method, path.replaceAll(/:\w+/g, 'x'), { token, ...body })
}

describe('a request', () => {
  let services: TestServices
  let call: Client
  let routes: readonly Route[]
  beforeAll(async () => {
    services = await startServices((platform) => {
      const { service } = createIdentity(platform)
      routes = service.api?.routes.filter(({ open }) => open !== true) ?? []
      return [service]
    })
    call = services.client('identity')
  })
  afterAll(() => services.stop())

  it('without a token gets nothing but logins and documents', async () => {
    expect(routes.length).toBeGreaterThan(190)
    for (const route of routes) {
      const { status } = await request(call, route, '')
      expect(`${route.method} ${route.path} ${status}`).toBe(`${route.method} ${route.path} 401`)
    }
  })

  it('is forbidden to whom its rule forbids it, before anything is looked up', async () => {
    const plain = routes.filter(
      ({ policy, target: asked }) => policy !== null && asked !== 'read' && !enforcer.needsTarget(policy),
    )
    expect(plain.length).toBeGreaterThan(80)
    for (const route of plain) {
      const [answers = ''] = fixture.answers[route.policy ?? ''] ?? []
      for (const [index, name] of fixture.personas.entries()) {
        if (answers[index] === '1') continue
        const { status } = await request(call, route, name)
        expect(`${name} ${route.method} ${route.path} ${status}`).toBe(`${name} ${route.method} ${route.path} 403`)
      }
    }
  })
})
