import { describe, expect, it } from 'vitest'
import { CloudError } from '#platform/errors.ts'
import { type Condition, type Local, rulesOf } from './grammar.ts'
import { readTexts, writeTexts } from './literal.ts'
import { applyMapping, type Assertion, type Mapped, valuesOf } from './rules.ts'

type Given = { readonly local: readonly Local[]; readonly remote: readonly Condition[] }

const apply = (rules: readonly Given[], said: Readonly<Record<string, string>>, version = '1.0'): Mapped => {
  const assertion: Assertion = Object.fromEntries(Object.entries(said).map(([key, text]) => [key, valuesOf(text)]))
  return applyMapping(rulesOf(version, JSON.stringify(rules)), version, assertion)
}
const statusOf = (work: () => unknown): number => {
  try {
    work()
  } catch (error) {
    if (error instanceof CloudError) return error.status
    throw error
  }
  return 0
}

const bob = { UserName: 'bob', First: 'Bob', Last: 'Thompson', Type: 'Employee;Manager', Groups: 'admin;user' }
const named = { local: [{ user: { name: '{0}' } }], remote: [{ type: 'UserName' }] }

describe('a mapping', () => {
  it('puts values in the place of {0}, {1} and {}', () => {
    const local = [{ user: { name: '{1} {0}', email: '{{{2}}}@x' } }]
    const remote = [{ type: 'Last' }, { type: 'First' }, { type: 'UserName' }]
    expect(apply([{ local, remote }], bob).user).toEqual({ name: 'Bob Thompson', email: '{bob}@x', type: 'ephemeral' })
    expect(apply([{ local: [{ user: { name: '{}.{}' } }], remote }], bob).user.name).toBe('Thompson.Bob')
  })

  it.each([
    ['that is there', { type: 'Type' }, true],
    ['that is not there', { type: 'Other' }, false],
    ['of which any is wanted', { type: 'Type', any_one_of: ['Manager', 'Tester'] }, true],
    ['of which none is wanted', { type: 'Type', any_one_of: ['Tester'] }, false],
    ['of which all are wanted by form', { type: 'Type', any_one_of: ['^Man', '^X'], regex: true }, true],
    ['whose form is not meant', { type: 'Type', any_one_of: ['^Man'] }, false],
    ['that must not be', { type: 'Type', not_any_of: ['Manager'] }, false],
    ['that must not be, and is not', { type: 'Type', not_any_of: ['Tester'] }, true],
    ['that must not be of a form', { type: 'Type', not_any_of: ['ager$'], regex: true }, false],
    ['with a name of an object', { type: 'constructor' }, false],
  ])('counts by an attribute %s', (_what, condition, counts) => {
    const rules = [{ local: [{ user: { name: 'x' } }, { group: { id: 'g' } }], remote: [condition] }]
    if (counts) expect(apply(rules, bob)).toMatchObject({ user: { name: 'x' }, groupIds: ['g'] })
    else expect(statusOf(() => apply(rules, bob))).toBe(400)
  })

  it('conditions take no place among the values', () => {
    const remote = [{ type: 'Type', any_one_of: ['Employee'] }, { type: 'UserName' }]
    expect(apply([{ local: [{ user: { name: '{0}' } }], remote }], bob).user.name).toBe('bob')
  })

  it.each([
    [{ type: 'Groups' }, ['admin', 'user']],
    [{ type: 'Groups', whitelist: ['user', 'other'] }, ['user']],
    [{ type: 'Groups', whitelist: ['^ad'], regex: true }, ['admin']],
    [{ type: 'Groups', blacklist: ['admin'] }, ['user']],
    [{ type: 'Groups', blacklist: ['.'], regex: true }, []],
    [{ type: 'Groups', whitelist: [] }, []],
  ])('%# lets groups through by lists', (condition, names) => {
    const local = [{ groups: '{0}', domain: { name: 'd' } }]
    const { groups } = apply([named, { local, remote: [condition] }], bob)
    expect(groups).toEqual(names.map((name) => ({ name, domain: { name: 'd' } })))
  })

  it('gathers groups by id, by name and from lists, each once', () => {
    const mapped = apply(
      [
        named,
        { local: [{ group: { id: 'a' } }, { group: { id: 'a' } }], remote: [{ type: 'UserName' }] },
        { local: [{ group_ids: '{0}' }], remote: [{ type: 'Groups' }] },
        { local: [{ group_ids: '{0}' }], remote: [{ type: 'UserName' }] },
        { local: [{ group: { name: '{0}s', domain: { id: 'd' } } }], remote: [{ type: 'UserName' }] },
      ],
      bob,
    )
    expect(mapped.groupIds).toEqual(['a', 'admin', 'user', 'bob'])
    expect(mapped.groups).toEqual([{ name: 'bobs', domain: { id: 'd' } }])
  })

  it('reads groups that come with their domain', () => {
    const json = JSON.stringify({ name: 'g', domain: { name: 'd' } })
    const rules = [named, { local: [{ groups: '{0}' }], remote: [{ type: 'Groups' }] }]
    expect(apply(rules, { ...bob, Groups: `JSON:${json}` }).groups).toEqual([{ name: 'g', domain: { name: 'd' } }])
    for (const Groups of ['JSON:{', 'JSON:[]', 'JSON:{"name":"g"}', 'JSON:{"name":"g","domain":{}}', 'plain']) {
      expect(statusOf(() => apply(rules, { ...bob, Groups }))).toBe(400)
    }
  })

  it('takes the first user', () => {
    const rules = [named, { local: [{ user: { name: 'second' } }], remote: [{ type: 'UserName' }] }]
    expect(apply(rules, bob).user.name).toBe('bob')
  })

  it('knows local users', () => {
    const local = [{ user: { name: '{0}', type: 'local', domain: { id: 'default' } } }]
    expect(apply([{ local, remote: [{ type: 'UserName' }] }], bob).user).toEqual({
      name: 'bob',
      type: 'local',
      domain: { id: 'default' },
    })
  })

  it('lists projects and the roles in them', () => {
    const projects = [{ name: 'Dev of {0}', roles: [{ name: 'member' }, { name: 'reader' }] }]
    const rules = [
      { local: [{ user: { name: '{0}' }, projects, domain: { id: 'd' } }], remote: [{ type: 'UserName' }] },
    ]
    const expected = { name: 'Dev of bob', roles: ['member', 'reader'] }
    expect(apply(rules, bob)).toMatchObject({ projects: [expected], user: { name: 'bob' } })
    expect(apply(rules, bob).user).not.toHaveProperty('domain')
    expect(apply(rules, bob, '2.0')).toMatchObject({
      projects: [{ ...expected, domain: { id: 'd' } }],
      user: { domain: { id: 'd' } },
    })
  })

  it('lists projects that the provider lists', () => {
    const rules = [
      { local: [{ user: { name: '{0}' }, projects_json: '{1}' }], remote: [{ type: 'UserName' }, { type: 'P' }] },
    ]
    const P = JSON.stringify([{ name: 'p', roles: [{ name: 'member' }], domain: { name: 'd' } }])
    expect(apply(rules, { ...bob, P }, '3.0').projects).toEqual([
      { name: 'p', roles: ['member'], domain: { name: 'd' } },
    ])
    for (const bad of ['x', '{}', '[{"name":"p"}]'])
      expect(statusOf(() => apply(rules, { ...bob, P: bad }, '3.0'))).toBe(400)
  })

  it.each([
    ['a value that is not there', { local: [{ user: { name: '{1}' } }], remote: [{ type: 'UserName' }] }],
    ['what is no format', { local: [{ user: { name: '{x}' } }], remote: [{ type: 'UserName' }] }],
    ['a pattern that is none', { local: [], remote: [{ type: 'UserName', any_one_of: ['('], regex: true }] }],
  ])('with %s fails as ours', (_what, rule) => {
    expect(statusOf(() => apply([rule], bob))).toBe(500)
  })

  it('gives up a search without end', () => {
    const rule = {
      local: [{ user: { name: 'x' } }],
      remote: [{ type: 'UserName', any_one_of: ['^(a+)+$'], regex: true }],
    }
    expect(statusOf(() => apply([rule], { UserName: `${'a'.repeat(60)}b` }))).toBe(500)
  })
})

describe('lists as Python writes them', () => {
  it.each([[[]], [['a']], [["it's", 'say "x"', '\\', 'a\nb', '\'"', '한글', ', ', ']']]])('%j come back', (texts) => {
    expect(readTexts(writeTexts(texts))).toEqual(texts)
  })

  it.each(['a', "['a'", "['a' 'b']", '[a]', "['a',,'b']", '', "'a', 'b'"])('%s is none', (text) => {
    expect(readTexts(text)).toBeUndefined()
  })
})
