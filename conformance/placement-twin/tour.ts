import { randomUUID } from 'node:crypto'
import type { Reply } from './exchange.ts'
import type { Twin } from './twin.ts'

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>

/** One round of requests at one microversion, with ids of its own. */
export type Tour = {
  readonly minor: number
  readonly ask: Ask
  /** Asks at another version. */
  readonly at: (minor: number) => Ask
  /** Sets the scene: at the newest version, whatever the tour's. */
  readonly newest: Ask
  /** The generation that a provider has now. */
  readonly generation: (uuid: string) => Promise<number>
  /** A provider with these inventories, traits and aggregates. */
  readonly provider: (name: string, what?: Provider) => Promise<string>
  /** Takes away the providers of this tour, children first. */
  readonly end: () => Promise<void>
}

export type Provider = {
  readonly parent?: string | undefined
  readonly inventories?: Readonly<Record<string, object>>
  readonly traits?: readonly string[]
  readonly aggregates?: readonly string[]
}

export const NEWEST = 39

export function createTour(twin: Twin, minor: number): Tour {
  const made: string[] = []
  const at =
    (version: number): Ask =>
    (method, path, body, headers) =>
      twin.ask(version, {
        method,
        path,
        ...(body === undefined ? {} : { body }),
        ...(headers === undefined ? {} : { headers }),
      })
  const newest = at(NEWEST)
  const generation = async (uuid: string): Promise<number> => {
    const { text } = await newest('GET', `/resource_providers/${uuid}`)
    const { generation: number = -1 }: { generation?: number } = JSON.parse(text)
    return number
  }
  return {
    minor,
    ask: at(minor),
    at,
    newest,
    generation,
    provider: async (name, { parent, inventories, traits, aggregates } = {}) => {
      const uuid = randomUUID()
      made.unshift(uuid)
      await newest('POST', '/resource_providers', {
        name,
        uuid,
        ...(parent === undefined ? {} : { parent_provider_uuid: parent }),
      })
      const put = async (what: string, body: object) =>
        newest('PUT', `/resource_providers/${uuid}/${what}`, {
          resource_provider_generation: await generation(uuid),
          ...body,
        })
      if (inventories !== undefined) await put('inventories', { inventories })
      if (traits !== undefined) await put('traits', { traits })
      if (aggregates !== undefined) await put('aggregates', { aggregates })
      return uuid
    },
    end: async () => {
      for (const uuid of made) await newest('DELETE', `/resource_providers/${uuid}`)
    },
  }
}
