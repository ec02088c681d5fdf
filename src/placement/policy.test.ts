// Every rule of Placement, tried by every persona about its own project and a foreign one. The answers are those of oslo.policy itself
// with Placement's own rules, so that neither our copy of the rules nor our reading of their language can be wrong unseen.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentialsOf } from '#platform/http/request-context.ts'
import { createEnforcer } from '#platform/policy/enforcer.ts'
import { type Answer, type Client, startServices, type TestServices } from '#platform/testing/api.ts'
import { ourProject, personas } from '#platform/testing/personas.ts'
import { createPlacement } from './service.ts'

type Fixture = {
  readonly personas: readonly (keyof typeof personas)[]
  readonly targets: readonly (keyof typeof targets)[]
  /** One text a target, one digit a persona: 1 where it may. */
  readonly answers: Readonly<Record<string, readonly string[]>>
}

const targets = { own: { project_id: ourProject }, foreign: { project_id: 'x' } }

const fixture: Fixture = JSON.parse(readFileSync(new URL('policy.fixture.json', import.meta.url), 'utf8'))
const { service } = createPlacement()
const enforcer = createEnforcer(service.rules, {})

describe('the rules of placement', () => {
  it('are those of Placement', () => {
    expect(enforcer.ruleNames.toSorted()).toEqual(Object.keys(fixture.answers).toSorted())
    expect(enforcer.ruleNames).toHaveLength(38)
  })

  it.each(Object.entries(fixture.answers))('%s lets in whom Placement lets in', (rule, answers) => {
    const ours = fixture.targets.map((kind) =>
      fixture.personas
        .map((name) => (enforcer.allows(rule, credentialsOf(personas[name]), targets[kind]) ? '1' : '0'))
        .join(''),
    )
    expect(ours).toEqual(answers)
  })
})

describe('a request', () => {
  let services: TestServices
  let call: Client
  const routes = service.api?.routes.filter(({ open }) => open !== true) ?? []
  beforeAll(async () => {
    services = await startServices(() => [service])
    call = services.client('placement')
  })
  afterAll(() => services.stop())

  /** A request about things that do not exist, by whoever owns `project`. */
  const request = (route: (typeof routes)[number], token: string, project: string): Promise<Answer> => {
    const path = route.path.replaceAll(/:\w+/g, 'x')
    const query = path === '/usages' ? `?project_id=${project}` : ''
    const body = route.method === 'GET' ? {} : { body: {} }
    return call(route.method, `${path}${query}`, {
      token,
      headers: { 'openstack-api-version': 'placement 1.39' },
      ...body,
    })
  }

  it('without a token gets nothing but the versions', async () => {
    expect(routes).toHaveLength(35)
    for (const route of routes) {
      const { status } = await request(route, '', 'x')
      expect(`${route.method} ${route.path} ${status}`).toBe(`${route.method} ${route.path} 401`)
    }
  })

  it('is forbidden to exactly those whom the rule of its path forbids it', async () => {
    for (const route of routes) {
      const rule = route.policy ?? 'placement:usages'
      for (const [index, name] of fixture.personas.entries()) {
        for (const [which, kind] of fixture.targets.entries()) {
          const { status } = await request(route, name, targets[kind].project_id)
          const may = fixture.answers[rule]?.[which]?.[index] === '1'
          expect(`${name} ${route.method} ${route.path} ${kind} ${status === 403}`).toBe(
            `${name} ${route.method} ${route.path} ${kind} ${!may}`,
          )
        }
      }
    }
  })
})
