import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Source, violations } from './rules.ts'

const root = join(import.meta.dirname, '../..')

function sources(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: file.slice(root.length + 1), text: readFileSync(file, 'utf8') }))
}

describe('architecture', () => {
  it('holds in every source', () => {
    const all = ['src', 'tools'].flatMap(sources)
    expect(all.length).toBeGreaterThan(50)
    expect(violations(all)).toEqual([])
  })

  it.each([
    ['src/platform/http/x.ts', "import { a } from '#identity/service.ts'", /know no service/],
    ['src/network/ports/operations.ts', "import { a } from '#identity/users/store.ts'", /through its service.ts/],
    ['src/identity/users/operations.ts', "import { a } from '#compute/service.ts'", /comes before/],
    ['src/compute/servers/routes.ts', "import * as store from './store.ts'", /routes never import a store/],
    ['src/compute/drivers/x/driver.ts', "import { a } from '../../servers/store.ts'", /drivers never import/],
    ['src/agent/x.ts', "import { a } from '#platform/db/db.ts'", /no database/],
    ['src/compute/servers/rules.ts', "import { readFileSync } from 'node:fs'", /no I\/O/],
    ['src/compute/servers/store.ts', "q.selectFrom('network_ports')", /table of another/],
    ['src/compute/utils/x.ts', '', /says nothing/],
    ['src/compute/bigOne.ts', '', /kebab-case/],
    ['src/compute/x.ts', '\n'.repeat(400), /lines/],
  ])('a planted violation in %s is found', (path, text, expected) => {
    const [first] = violations([{ path, text }])
    expect(first).toMatch(expected)
  })
})
