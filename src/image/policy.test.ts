// Every rule of Glance, tried by every persona on images of its own and of others. The answers are those of oslo.policy itself with
// Glance's own rules, so that neither our copy of the rules nor our reading of their language can be wrong unseen.

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { credentialsOf } from '#platform/http/request-context.ts'
import type { Route } from '#platform/http/route.ts'
import { createEnforcer } from '#platform/policy/enforcer.ts'
import { type Answer, type Client } from '#platform/testing/api.ts'
import { ourProject, personas } from '#platform/testing/personas.ts'
import { policyTarget } from './images/rules/visibility.ts'
import { BYTES, fieldsOf, PATCH, startImages, type TestImages } from './testing/images.ts'

type Fixture = {
  readonly personas: readonly (keyof typeof personas)[]
  readonly targets: readonly (keyof typeof targets)[]
  /** One text a target, one digit a persona: 1 where it may. */
  readonly answers: Readonly<Record<string, readonly string[]>>
}

const targets = {
  own: policyTarget({ owner: ourProject, visibility: 'private' }, ourProject),
  foreign: policyTarget({ owner: 'x', visibility: 'private' }, ourProject),
  foreignPublic: policyTarget({ owner: 'x', visibility: 'public' }, ourProject),
  foreignCommunity: policyTarget({ owner: 'x', visibility: 'community' }, ourProject),
  sharedWithUs: policyTarget({ owner: 'x', visibility: 'shared' }, ourProject),
  ownerless: policyTarget({ owner: null, visibility: 'private' }, ourProject),
}

const fixture: Fixture = JSON.parse(readFileSync(new URL('policy.fixture.json', import.meta.url), 'utf8'))

let images: TestImages
let enforcer: ReturnType<typeof createEnforcer>
beforeAll(async () => {
  images = await startImages()
  enforcer = createEnforcer(images.image.service.rules, {})
})
afterAll(() => images.services.stop())

const may = (rule: string, kind: keyof typeof targets, name: keyof typeof personas): boolean =>
  fixture.answers[rule]?.[fixture.targets.indexOf(kind)]?.[fixture.personas.indexOf(name)] === '1'

describe('the rules of image', () => {
  it('are those of Glance', () => {
    expect(enforcer.ruleNames.toSorted()).toEqual(Object.keys(fixture.answers).toSorted())
  })

  it.each(Object.entries(fixture.answers))('%s lets in whom Glance lets in', (rule, answers) => {
    const ours = fixture.targets.map((kind) =>
      fixture.personas
        .map((name) => (enforcer.allows(rule, credentialsOf(personas[name]), targets[kind]) ? '1' : '0'))
        .join(''),
    )
    expect(ours).toEqual(answers)
  })
})

/** Bodies that are as they should be, where those come before the rule. */
const bodies: readonly (readonly [RegExp, object])[] = [
  [/namespaces(\/:namespace)?$/, { namespace: 'x' }],
  [/\/properties/, { name: 'x', title: 'X', type: 'string' }],
  [/\/tags$/, { tags: [] }],
  [/\/(objects|tags|resource_types)/, { name: 'x' }],
]
const bodyOf = (path: string): object => bodies.find(([paths]) => paths.test(path))?.[1] ?? {}

/** A request to a route, on things that do not exist. */
const request = (call: Client, { method, path }: Route, token: string): Promise<Answer> =>
  call(method, path.replaceAll(/:\w+/g, 'x'), { token, ...(method === 'GET' ? {} : { body: bodyOf(path) }) })

describe('a request', () => {
  const routes = (): readonly Route[] => images.image.service.api?.routes.filter(({ open }) => open !== true) ?? []

  it('without a token gets nothing but the versions', async () => {
    expect(routes().length).toBeGreaterThan(60)
    for (const route of routes()) {
      const { status } = await request(images.client, route, '')
      expect(`${route.method} ${route.path} ${status}`).toBe(`${route.method} ${route.path} 401`)
    }
  })

  it('is forbidden to whom its rule forbids it, before anything is looked up', async () => {
    const plain = routes().filter(({ policy }) => policy !== null && !enforcer.needsTarget(policy))
    expect(plain.length).toBeGreaterThan(20)
    for (const route of plain) {
      for (const name of fixture.personas) {
        if (may(route.policy ?? '', 'own', name)) continue
        const { status } = await request(images.client, route, name)
        expect(`${name} ${route.method} ${route.path} ${status}`).toMatch(/ (403|404)$/)
      }
    }
  })
})

/** A call about one image, and the rule that decides. None of them changes it where it succeeds. */
const calls: readonly (readonly [string, (call: Client, path: string, token: string) => Promise<Answer>])[] = [
  ['get_image', (call, path, token) => call('GET', path, { token })],
  ['download_image', (call, path, token) => call('GET', `${path}/file`, { token })],
  ['modify_image', (call, path, token) => call('PATCH', path, { token, body: '[]', headers: PATCH })],
  ['upload_image', (call, path, token) => call('PUT', `${path}/file`, { token, body: Buffer.of(1), headers: BYTES })],
  ['modify_image', (call, path, token) => call('PUT', `${path}/tags/kept`, { token })],
  ['reactivate', (call, path, token) => call('POST', `${path}/actions/reactivate`, { token })],
]

describe('an image', () => {
  it.each([
    ['own', 'private', ourProject],
    ['foreign', 'private', 'x'],
    ['foreignPublic', 'public', 'x'],
    ['foreignCommunity', 'community', 'x'],
    ['sharedWithUs', 'shared', 'x'],
  ] as const)('that is %s answers as its rules say', async (kind, visibility, owner) => {
    const { client } = images
    const created = await images.create({ visibility, owner, tags: ['kept'] }, 'admin')
    const path = `/v2/images/${String(fieldsOf(created)['id'])}`
    expect((await images.upload(path.slice(11), undefined, 'admin')).status).toBe(204)
    if (kind === 'sharedWithUs') {
      const member = await client('POST', `${path}/members`, { token: 'admin', body: { member: ourProject } })
      expect(member.status).toBe(200)
    }
    for (const name of fixture.personas) {
      // Whoever is of another project is no member of what is shared with ours.
      const isStranger = kind === 'sharedWithUs' && personas[name].projectId !== ourProject
      const seen = isStranger ? may('get_image', 'foreign', name) : may('get_image', kind, name)
      for (const [rule, call] of calls) {
        const { status } = await call(client, path, name)
        const wanted = seen ? (may(rule, kind, name) ? 'done' : 403) : 404
        const is = status === 403 || status === 404 ? status : 'done'
        expect(`${name} ${rule} ${is}`).toBe(`${name} ${rule} ${wanted}`)
      }
    }
  })
})
