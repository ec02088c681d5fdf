import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { documents } from './documents.ts'
import { withServices } from './services.ts'

const folder = join(import.meta.dirname, '../../docs/generated')

describe('generated documents', () => {
  it('are what the program is', async () => {
    for (const { name, text } of await withServices(documents)) {
      expect(readFileSync(join(folder, name), 'utf8'), `${name}: run npm run gen`).toBe(text)
    }
  })

  it('name only rules that exist', () =>
    withServices((services) => {
      for (const { api, rules } of services) {
        const names = new Set(rules.map((rule) => rule.name))
        const missing = api.routes.flatMap(({ policy }) => (policy === null || names.has(policy) ? [] : [policy]))
        expect(missing, api.type).toEqual([])
      }
    }))
})
