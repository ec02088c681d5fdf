import { describe, expect, it } from 'vitest'
import type { Credentials } from './compile.ts'
import { createEnforcer, type RuleDefault, type Scope } from './enforcer.ts'
import { readPolicyOverrides } from './overrides.ts'

const nobody: Credentials = { roles: [] }

function rule(name: string, check: string, scopes?: readonly Scope[]): RuleDefault {
  return { name, check, description: name, ...(scopes && { scopes }) }
}

/** Answers one check on its own. */
function answer(check: string, credentials: Credentials = nobody, target: Record<string, unknown> = {}): boolean {
  return createEnforcer([rule('it', check)], {}).allows('it', credentials, target)
}

describe('the language', () => {
  it.each([
    ['', true],
    ['   ', true],
    ['@', true],
    ['!', false],
    ['not !', true],
    ['not not @', true],
    ['@ and !', false],
    ['@ or !', true],
    ['! and ! or @', true],
    ['@ or ! and !', true],
    ['(@ or !) and !', false],
    ['((@))', true],
    ['not (@ and !)', true],
    ['@ AND not !', true],
  ])('%j is %s', (check, expected) => {
    expect(answer(check)).toBe(expected)
  })

  it('compares roles without regard to case, and with the target', () => {
    expect(answer('role:Admin', { roles: ['member', 'aDMIN'] })).toBe(true)
    expect(answer('role:admin', { roles: ['admins'] })).toBe(false)
    expect(answer('role:%(wanted)s', { roles: ['auditor'] }, { wanted: 'Auditor' })).toBe(true)
    expect(answer('role:%(wanted)s', { roles: ['auditor'] })).toBe(false)
  })

  it('compares attributes with the target, flat or nested', () => {
    const caller: Credentials = { roles: [], user_id: 'u1', domain_id: 'd1', token: { domain: { id: 'd1' } } }
    expect(answer('user_id:%(user_id)s', caller, { user_id: 'u1' })).toBe(true)
    expect(answer('user_id:%(user_id)s', caller, { user_id: 'u2' })).toBe(false)
    expect(answer('user_id:%(user_id)s', caller)).toBe(false)
    expect(answer('domain_id:%(target.user.domain_id)s', caller, { 'target.user.domain_id': 'd1' })).toBe(true)
    expect(answer('domain_id:%(target.user.domain_id)s', caller, { target: { user: { domain_id: 'd1' } } })).toBe(true)
    expect(answer('token.domain.id:%(target.user.domain_id)s', caller, { target: { user: { domain_id: 'd1' } } })).toBe(
      true,
    )
    expect(answer('token.project.id:%(x)s', caller, { x: 'd1' })).toBe(false)
    expect(answer('user_id:prefix-%(a)s-%(b)s', { roles: [], user_id: 'prefix-1-2' }, { a: 1, b: '2' })).toBe(true)
    expect(answer('tenant_id:%(network:tenant_id)s', { roles: [], tenant_id: 't' }, { 'network:tenant_id': 't' })).toBe(
      true,
    )
  })

  it('does not let a missing attribute equal a missing target', () => {
    expect(answer('domain_id:%(target.domain_id)s', nobody, {})).toBe(false)
    expect(answer('domain_id:%(target.domain_id)s', { roles: [], domain_id: null }, {})).toBe(false)
  })

  it('matches any item of a list', () => {
    expect(answer('service_roles:service', { roles: [], service_roles: ['x', 'service'] })).toBe(true)
    expect(answer('token.roles.name:x', { roles: [], token: { roles: [{ name: 'y' }, { name: 'x' }] } })).toBe(true)
  })

  it('compares literals as Python writes them', () => {
    expect(answer("'public':%(visibility)s", nobody, { visibility: 'public' })).toBe(true)
    expect(answer('"public":%(visibility)s', nobody, { visibility: 'private' })).toBe(false)
    expect(answer('True:%(shared)s', nobody, { shared: true })).toBe(true)
    expect(answer('None:%(owner)s', nobody, { owner: null })).toBe(true)
    expect(answer('not None:%(owner)s', nobody, { owner: 'x' })).toBe(true)
    expect(answer('1:%(n)s', nobody, { n: 1 })).toBe(true)
    expect(answer('is_admin:True', { roles: [], is_admin: true })).toBe(true)
    expect(answer('is_admin:1', { roles: [], is_admin: true })).toBe(false)
    expect(answer('system_scope:all', { roles: [], system_scope: 'all' })).toBe(true)
  })

  it.each(['role', 'and', '@ and', '(@', '@)', '@ @', 'not', 'http://somewhere/%(id)s', 'https://a', ':x'])(
    'refuses %j at load',
    (check) => {
      expect(() => createEnforcer([rule('it', check)], {})).toThrow(/policy rule it: /)
    },
  )

  it('knows the kinds of check that a service brings', () => {
    const enforcer = createEnforcer(
      [rule('it', 'not field:networks:shared=True')],
      {},
      {
        field: (text) => (_credentials, target) =>
          text === `networks:shared=${target['shared'] === true ? 'True' : 'False'}`,
      },
    )
    expect(enforcer.allows('it', nobody, { shared: true })).toBe(false)
    expect(enforcer.allows('it', nobody, { shared: false })).toBe(true)
    expect(enforcer.needsTarget('it')).toBe(true)
  })
})

describe('rules', () => {
  const enforcer = createEnforcer(
    [
      rule('admin_required', 'role:admin or is_admin:1'),
      rule('owner', 'user_id:%(user_id)s'),
      rule('get', 'rule:admin_required or rule:owner', ['system', 'project']),
      rule('list', 'rule:admin_required or domain_id:%(target.domain_id)s', ['system', 'domain']),
      rule('dangling', 'rule:nowhere'),
    ],
    {},
  )

  it('follows references', () => {
    expect(enforcer.allows('get', { roles: ['admin'] }, {})).toBe(true)
    expect(enforcer.allows('get', { roles: [], user_id: 'u' }, { user_id: 'u' })).toBe(true)
    expect(enforcer.allows('get', nobody, {})).toBe(false)
  })

  it('denies what is defined nowhere', () => {
    expect(enforcer.allows('dangling', { roles: ['admin'] }, {})).toBe(false)
    expect(enforcer.allows('nowhere', { roles: ['admin'] }, {})).toBe(false)
  })

  it('asks the default rule for what is defined nowhere', () => {
    const withDefault = createEnforcer([rule('default', 'role:admin'), rule('dangling', 'rule:nowhere')], {})
    expect(withDefault.allows('nowhere', { roles: ['admin'] }, {})).toBe(true)
    expect(withDefault.allows('nowhere', nobody, {})).toBe(false)
    expect(withDefault.allows('dangling', { roles: ['admin'] }, {})).toBe(true)
  })

  it('denies tokens of another scope', () => {
    expect(enforcer.allows('get', { roles: ['admin'], domain_id: 'd' }, {})).toBe(false)
    expect(enforcer.allows('get', { roles: ['admin'], system_scope: 'all' }, {})).toBe(true)
    expect(enforcer.allows('list', { roles: ['admin'], domain_id: 'd' }, {})).toBe(true)
    expect(enforcer.allows('list', { roles: ['admin'], project_id: 'p' }, {})).toBe(false)
    expect(enforcer.allows('list', { roles: ['admin'] }, {})).toBe(false)
  })

  it('says which rules need the object', () => {
    expect(enforcer.needsTarget('admin_required')).toBe(false)
    expect(enforcer.needsTarget('get')).toBe(true)
    expect(enforcer.needsTarget('list')).toBe(true)
    expect(enforcer.scopesOf('list')).toEqual(['system', 'domain'])
    expect(enforcer.scopesOf('owner')).toBeUndefined()
    expect(enforcer.ruleNames).toEqual(['admin_required', 'dangling', 'get', 'list', 'owner'])
  })

  it('refuses circles and double definitions', () => {
    expect(() => createEnforcer([rule('a', 'rule:b'), rule('b', 'not rule:c'), rule('c', '@ and rule:a')], {})).toThrow(
      'policy rules refer to each other in a circle: a -> b -> c -> a',
    )
    expect(() => createEnforcer([rule('default', 'rule:nowhere')], {})).toThrow(/circle/)
    expect(() => createEnforcer([rule('a', '@'), rule('a', '!')], {})).toThrow('policy rule is defined twice: a')
  })
})

describe('overrides', () => {
  it('replace checks, keep scopes and may add rules', () => {
    const overrides = readPolicyOverrides('"list": "rule:mine"\nmine:\n- [role:a, role:b]\n- role:c\nnone: []\n')
    const enforcer = createEnforcer([rule('list', 'role:admin', ['project'])], overrides)
    expect(enforcer.allows('list', { roles: ['admin'] }, {})).toBe(false)
    expect(enforcer.allows('list', { roles: ['a', 'b'] }, {})).toBe(true)
    expect(enforcer.allows('list', { roles: ['a'] }, {})).toBe(false)
    expect(enforcer.allows('list', { roles: ['c'] }, {})).toBe(true)
    expect(enforcer.allows('list', { roles: ['c'], system_scope: 'all' }, {})).toBe(false)
    expect(enforcer.allows('none', nobody, {})).toBe(true)
  })

  it('accepts an empty file and JSON, and refuses the rest', () => {
    expect(readPolicyOverrides('# nothing\n')).toEqual({})
    expect(readPolicyOverrides('{"a": "role:x"}')).toEqual({ a: 'role:x' })
    expect(() => readPolicyOverrides('- a')).toThrow(/not a mapping/)
    expect(() => readPolicyOverrides('a: 1')).toThrow(/policy rule a is neither/)
    expect(() => readPolicyOverrides('a: [')).toThrow(/cannot be read/)
  })
})
