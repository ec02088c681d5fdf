import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { missingClients } from './packages.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'haneul-clients-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('clients that are nowhere on the path are missing, wherever those that are there came from', async () => {
  expect(await missingClients('')).toEqual(['python3-openstackclient', 'openssh-client'])
  writeFileSync(join(folder, 'openstack'), '')
  expect(await missingClients(`/nowhere:${folder}`)).toEqual(['openssh-client'])
  writeFileSync(join(folder, 'ssh'), '')
  expect(await missingClients(`/nowhere:${folder}`)).toEqual([])
})
