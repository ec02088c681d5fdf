import { type Answer, type Client, startServices } from '#platform/testing/api.ts'
import { createPlacement } from '../service.ts'

/** Placement alone, with personas for callers. */
export type TestPlacement = {
  readonly placement: Client
  /** A request at microversion 1.`minor`. */
  readonly at: (minor: number, method: string, path: string, body?: unknown, token?: string) => Promise<Answer>
  /** A request at the newest. */
  readonly newest: (method: string, path: string, body?: unknown) => Promise<Answer>
  /** A provider at generation 0; gives its uuid. */
  readonly makeProvider: (name: string, extra?: object) => Promise<string>
  readonly stop: () => Promise<void>
}

export async function startPlacement(): Promise<TestPlacement> {
  const services = await startServices(() => [createPlacement().service])
  const placement = services.client('placement')
  const at: TestPlacement['at'] = (minor, method, path, body, token = 'admin') =>
    placement(method, path, {
      token,
      headers: { 'openstack-api-version': `placement 1.${minor}` },
      ...(body === undefined ? {} : { body }),
    })
  const newest: TestPlacement['newest'] = (method, path, body) => at(39, method, path, body)
  return {
    placement,
    at,
    newest,
    makeProvider: async (name, extra = {}) => {
      const uuid = crypto.randomUUID()
      const { status } = await newest('POST', '/resource_providers', { name, uuid, ...extra })
      if (status !== 200) throw new Error(`a provider was not created: ${status}`)
      return uuid
    },
    stop: services.stop,
  }
}

/** What an answer says, to look for words in. */
export const detailOf = (answer: Answer): string => JSON.stringify(answer.body)
