// What every bus must do; each implementation's test calls this with its own way to connect.
import { afterEach, describe, expect, it } from 'vitest'
import { CloudError, conflict } from '../errors.ts'
import type { Bus } from './bus.ts'

/** A controller's and an agent's end of the same bus. */
export type BusPair = { readonly controller: Bus; readonly agent: Bus }

export function busContract(name: string, open: () => Promise<BusPair>): void {
  describe(`bus: ${name}`, () => {
    const opened: BusPair[] = []
    const pair = async (): Promise<BusPair> => {
      const made = await open()
      opened.push(made)
      return made
    }
    afterEach(async () => {
      for (const { agent, controller } of opened.splice(0)) {
        await agent.close()
        await controller.close()
      }
    })
    const eventually = async <T>(action: () => Promise<T>): Promise<T> => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await action()
        } catch (error) {
          if (tries === 100) throw error
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    }

    it('carries calls both ways', async () => {
      const { controller, agent } = await pair()
      await agent.serve('agent.one', { double: async (args) => Number(args) * 2 })
      await controller.serve('controller', { greet: async (args) => ({ hello: args }) })
      expect(await eventually(() => controller.call('agent.one', 'double', 21))).toBe(42)
      expect(await eventually(() => agent.call('controller', 'greet', '하늘'))).toEqual({ hello: '하늘' })
    })

    it('carries errors with their kind', async () => {
      const { controller, agent } = await pair()
      await agent.serve('agent.one', {
        refuse: async () => {
          throw conflict('it is busy', { code: 'busy' })
        },
      })
      await eventually(async () => {
        const error: unknown = await controller.call('agent.one', 'refuse', null).catch((thrown: unknown) => thrown)
        expect(error).toBeInstanceOf(CloudError)
        expect(error).toMatchObject({ kind: 'conflict', message: 'it is busy', code: 'busy' })
      })
    })

    it('says so where nobody serves, and where nobody answers', async () => {
      const { controller, agent } = await pair()
      await expect(controller.call('agent.nobody', 'x', null, { timeoutMs: 500 })).rejects.toMatchObject({
        kind: 'unavailable',
      })
      await agent.serve('agent.slow', { wait: () => new Promise(() => undefined) })
      await eventually(() =>
        expect(controller.call('agent.slow', 'wait', null, { timeoutMs: 200 })).rejects.toThrow(/wait/),
      )
    })

    it('tells events to all who listen', async () => {
      const { controller, agent } = await pair()
      const seen: unknown[] = []
      await controller.subscribe('ports', (message) => seen.push(['controller', message]))
      await agent.subscribe('ports', (message) => seen.push(['agent', message]))
      await eventually(async () => {
        await agent.publish('ports', { id: 1 })
        await new Promise((resolve) => setTimeout(resolve, 20))
        expect(seen).toContainEqual(['controller', { id: 1 }])
        expect(seen).toContainEqual(['agent', { id: 1 }])
      })
    })

    it('carries a large message', async () => {
      const { controller, agent } = await pair()
      await agent.serve('agent.one', { echo: async (args) => args })
      const large = 'x'.repeat(2_000_000)
      expect(await eventually(() => controller.call('agent.one', 'echo', large))).toBe(large)
    })
  })
}
