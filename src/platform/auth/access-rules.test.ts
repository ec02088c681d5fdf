import { expect, it } from 'vitest'
import { permits } from './access-rules.ts'

it.each([
  ['/v2.1/servers', '/v2.1/servers', true],
  ['/v2.1/servers', '/v2x1/servers', false],
  ['/v2.1/servers', '/v2.1/servers/1', false],
  ['/v2.1/servers/*/ips', '/v2.1/servers/a-b/ips', true],
  ['/v2.1/servers/*/ips', '/v2.1/servers/a/b/ips', false],
  ['/v2.1/servers/{id}', '/v2.1/servers/1', true],
  ['/v2.1/servers/{id}', '/v2.1/servers/', false],
  ['/v2.1/**', '/v2.1/servers/1/ips', true],
  ['/v2.1/(a|b)+', '/v2.1/a', false],
])('the rule %s on %s: %s', (rule, path, expected) => {
  const rules = [{ service: 'compute', method: 'GET', path: rule }]
  expect(permits(rules, 'compute', 'GET', path)).toBe(expected)
  expect(permits(rules, 'compute', 'POST', path)).toBe(false)
  expect(permits(rules, 'image', 'GET', path)).toBe(false)
  expect(permits([], 'compute', 'GET', path)).toBe(false)
})
