import { expect, it } from 'vitest'
import { personas } from '../testing/personas.ts'
import { openTestEngines } from '../testing/engines.ts'
import { createRuntime } from '../runtime.ts'
import { createHub } from '../bus/hub.ts'
import { createKeptLists } from './kept-lists.ts'

it('keeps an answer a caller until something changes, on any controller', async () => {
  const engines = await openTestEngines()
  const bus = await createHub(null)
  const one = createKeptLists(bus, 'things')
  const two = createKeptLists(bus, 'things')
  const as = (persona: keyof typeof personas) =>
    Object.assign(createRuntime(engines).context(), { caller: personas[persona] })
  let made = 0
  const make = async () => ({ made: ++made })
  const read = async (lists: typeof one, persona: keyof typeof personas, query = '') =>
    (await lists.read(as(persona), '/things', query, null, make)).body
  expect(await read(one, 'admin')).toBe('{"made":1}')
  expect(await read(one, 'admin')).toBe('{"made":1}')
  expect(await read(one, 'member')).toBe('{"made":2}')
  expect(await read(one, 'admin', 'limit=1')).toBe('{"made":3}')
  two.changed()
  expect(await read(one, 'admin')).toBe('{"made":4}')
  // What changes while an answer is being made is not lost.
  await one.read(as('reader'), '/things', '', null, async () => {
    one.changed()
    return make()
  })
  expect(await read(one, 'reader')).toBe('{"made":6}')
  await one.close()
  await bus.close()
  await engines.close()
})
