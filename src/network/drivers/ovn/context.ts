import { type OvsdbClient, OvsdbDisconnected, OvsdbError } from '#lib/ovsdb/client.ts'
import { FabricUnavailable } from '../driver.ts'
import { Changes } from './changes.ts'

/** What the parts of the driver share. */
export type OvnContext = {
  northbound: OvsdbClient
  southbound: OvsdbClient
  /** Builds changes against the replica as it is at that moment and runs them as one transaction; nothing to change, nothing sent. */
  apply: (build: (changes: Changes) => void) => Promise<void>
}

/**
 * Writes go one after the other: each is computed from a replica that shows all those before it. Other controllers may write
 * meanwhile; the guards of `Changes` make such a transaction fail, and the caller tries again.
 */
export function createContext(northbound: OvsdbClient, southbound: OvsdbClient): OvnContext {
  let last: Promise<unknown> = Promise.resolve()

  async function run(build: (changes: Changes) => void): Promise<void> {
    if (!northbound.ready) throw new FabricUnavailable('the OVN northbound database cannot be reached')
    const changes = new Changes(northbound.replica)
    build(changes)
    if (changes.operations.length === 0) return
    try {
      await northbound.transact(changes.operations)
    } catch (error) {
      const retry = error instanceof OvsdbDisconnected || (error instanceof OvsdbError && error.code === 'timed out')
      if (retry) throw new FabricUnavailable(error.message, { cause: error })
      throw error
    }
  }

  return {
    northbound,
    southbound,
    apply(build) {
      const result = last.then(() => run(build))
      last = result.catch(() => undefined)
      return result
    },
  }
}
