import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { storeContract } from '../driver.contract.ts'
import { createFileStore } from './file-store.ts'

const openStore = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'file-store-'))
  const store = await createFileStore({ id: 'file', description: '', weight: 0 }, directory)
  return {
    store,
    directory,
    close: () => {
      rmSync(directory, { recursive: true })
      return Promise.resolve()
    },
  }
}

storeContract('a directory', openStore)

describe('a directory', () => {
  it('loses drafts of writes that were killed, and only old ones', async () => {
    const { store, directory, close } = await openStore()
    writeFileSync(join(directory, '.incoming', 'draft'), 'half')
    await store.sweep(Date.now() - 60_000)
    expect(readdirSync(join(directory, '.incoming'))).toEqual(['draft'])
    await store.sweep(Date.now() + 60_000)
    expect(readdirSync(join(directory, '.incoming'))).toEqual([])
    await close()
  })

  it('gives what is empty no room on the disk', async () => {
    const { store, directory, close } = await openStore()
    const name = '5f2f0ad7-1dd2-4c8f-9d0c-0b9a3b0d9a12'
    const mib = 1024 * 1024
    async function* sparse(): AsyncGenerator<Uint8Array> {
      for (const value of [0, 7, 0, 0]) yield await Promise.resolve(Buffer.alloc(mib, value))
    }
    await store.write(name, sparse())
    const file = join(directory, name)
    expect(statSync(file)).toMatchObject({ size: 4 * mib })
    expect(statSync(file).blocks * 512).toBeLessThan(2 * mib)
    expect(readFileSync(file).equals(Buffer.concat([0, 7, 0, 0].map((value) => Buffer.alloc(mib, value))))).toBe(true)
    await close()
  })

  it('tells where an object lies', async () => {
    const { store, directory, close } = await openStore()
    const name = '5f2f0ad7-1dd2-4c8f-9d0c-0b9a3b0d9a11'
    expect(store.pathOf(name)).toBe(join(directory, name))
    await close()
  })
})
