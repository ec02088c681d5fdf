// The network namespace in which a network's metadata service stands: one end of a pair of virtual cards inside, the other
// in the integration bridge as the network's localport. Names are those Neutron gives.
import path from 'node:path'
import { RunError, run } from '#lib/exec/run.ts'
import type { MetadataNetwork } from './networks.ts'

const serviceAddress = '169.254.169.254/32'

export function namespaceName(networkId: string): string {
  return `ovnmeta-${networkId}`
}

/** The cards of the pair: in the bridge, and inside. */
export function pairNames(networkId: string): { outside: string; inside: string } {
  return { outside: `tap${networkId.slice(0, 10)}0`, inside: `tap${networkId.slice(0, 10)}1` }
}

/** The start of a command line that runs the rest inside. */
export function insideNamespace(networkId: string): [string, ...string[]] {
  return ['nsenter', `--net=${path.join('/run/netns', namespaceName(networkId))}`, '--']
}

/** Runs ovs-vsctl on this host's switch. */
export type Vsctl = (...args: readonly string[]) => Promise<string>

/** Makes the namespace with its addresses, or sets right what of it is there. */
export async function ensureNamespace(network: MetadataNetwork, bridge: string, vsctl: Vsctl): Promise<void> {
  const { networkId } = network
  const { outside, inside } = pairNames(networkId)
  const enter = insideNamespace(networkId)
  if (!(await isUsable(networkId))) {
    // A name whose namespace is gone (a crash, or another mount namespace's) is in the way of a new one.
    await run(['ip', 'netns', 'delete', namespaceName(networkId)], { acceptCodes: [0, 1] })
    await deleteLink(outside)
    await run(['ip', 'netns', 'add', namespaceName(networkId)])
  }
  if (!(await linkExists([...enter], inside))) {
    await deleteLink(outside)
    const peer = ['peer', 'name', inside, 'netns', namespaceName(networkId)]
    await run(['ip', 'link', 'add', outside, 'type', 'veth', ...peer])
  }
  const mtu = network.mtu > 0 ? ['mtu', String(network.mtu)] : []
  await run([...enter, 'ip', 'link', 'set', 'lo', 'up'])
  await run([...enter, 'ip', 'link', 'set', inside, 'address', network.mac, ...mtu, 'up'])
  await setAddresses(enter, inside, [...network.cidrs, serviceAddress])
  // A switch in user space sees packets before the kernel has filled their checksums in: TCP would hang.
  await run([...enter, 'ethtool', '-K', inside, 'tx', 'off'], { acceptCodes: [0, 1] })
  await run(['ip', 'link', 'set', outside, ...mtu, 'up'])
  const add = ['--', '--may-exist', 'add-port', bridge, outside, '--', 'set', 'Interface', outside]
  await vsctl(...add, `external_ids:iface-id=${JSON.stringify(network.portId)}`)
}

/** Removes the namespace and its cards; nothing to remove is fine. */
export async function removeNamespace(networkId: string, vsctl: Vsctl): Promise<void> {
  const { outside } = pairNames(networkId)
  await vsctl('--', '--if-exists', 'del-port', outside)
  await deleteLink(outside)
  await run(['ip', 'netns', 'delete', namespaceName(networkId)], { acceptCodes: [0, 1] })
}

async function isUsable(networkId: string): Promise<boolean> {
  return (await run([...insideNamespace(networkId), 'true'], { acceptCodes: [0, 1] })).code === 0
}

async function linkExists(enter: [string, ...string[]], name: string): Promise<boolean> {
  return (await run([...enter, 'ip', 'link', 'show', 'dev', name], { acceptCodes: [0, 1] })).code === 0
}

async function deleteLink(name: string): Promise<void> {
  try {
    await run(['ip', 'link', 'delete', 'dev', name])
  } catch (error) {
    if (!(error instanceof RunError && /cannot find device/i.test(error.stderr))) throw error
  }
}

async function setAddresses(enter: [string, ...string[]], link: string, wanted: readonly string[]): Promise<void> {
  const { stdout } = await run([...enter, 'ip', '-4', '-oneline', 'address', 'show', 'dev', link])
  const present = [...stdout.matchAll(/ inet (\S+)/g)].map((match) => match[1] ?? '')
  for (const address of present) {
    if (!wanted.includes(address)) await run([...enter, 'ip', 'address', 'delete', address, 'dev', link])
  }
  for (const address of wanted) {
    if (!present.includes(address)) await run([...enter, 'ip', 'address', 'add', address, 'dev', link])
  }
}
