import path from 'node:path'
import { run } from '#lib/exec/run.ts'
import { createProxies } from '../../agent/metadata/haproxy.ts'
import { namespaceName } from '../../agent/metadata/namespace.ts'
import type { StatePaths } from '../state/paths.ts'

/** Ends the metadata proxies, and removes their namespaces, that an agent left when it was killed. */
export async function removeMetadataLeftovers(paths: StatePaths): Promise<void> {
  const proxies = createProxies(path.join(paths.run, 'metadata'), path.join(paths.run, 'agent.sock'))
  for (const networkId of await proxies.stopLeftovers()) {
    await run(['ip', 'netns', 'delete', namespaceName(networkId)], { acceptCodes: [0, 1] })
  }
}
