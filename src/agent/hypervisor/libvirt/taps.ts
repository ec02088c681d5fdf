// Taps of guests in the integration bridge. The switch's database knows which guest a tap belongs to, so that everything
// of a guest is found and removed even when nothing else is left of it.
import type { GuestInterface } from '#compute/drivers/driver.ts'
import { RunError, run } from '#lib/exec/run.ts'

export interface Taps {
  /** Whether checksums and segmentation may be left to the other side: not where the switch runs in user space. */
  readonly offloads: (bridge: string) => Promise<boolean>
  /** Makes the tap and plugs it in. */
  readonly plug: (card: GuestInterface, guestId: string) => Promise<void>
  readonly unplug: (tap: string) => Promise<void>
  /** Removes every tap of a guest. */
  readonly unplugAll: (guestId: string) => Promise<void>
}

/** @param database OVSDB address of the switch, `unix:PATH`; undefined for the machine's own */
export function createTaps(database: string | undefined): Taps {
  const vsctl = async (...args: readonly string[]): Promise<string> => {
    const connection = database === undefined ? [] : [`--db=${database}`]
    const { stdout } = await run(['ovs-vsctl', ...connection, '--timeout=30', ...args])
    return stdout.trim()
  }
  const unplug = async (tap: string): Promise<void> => {
    checkName(tap)
    await vsctl('--', '--if-exists', 'del-port', tap)
    await removeLink(tap)
  }

  return {
    offloads: async (bridge) => (await vsctl('get', 'bridge', bridge, 'datapath_type')) !== 'netdev',
    plug: async (card, guestId) => {
      checkName(card.tap)
      checkName(card.bridge)
      await addTap(card.tap)
      await run(['ip', 'link', 'set', 'dev', card.tap, 'mtu', String(card.mtu), 'up'])
      const ids = { 'iface-id': card.portId, 'attached-mac': card.mac, 'iface-status': 'active', 'vm-id': guestId }
      const add = ['--', '--may-exist', 'add-port', card.bridge, card.tap, '--', 'set', 'Interface', card.tap]
      await vsctl(...add, ...Object.entries(ids).map(([key, value]) => `external_ids:${key}=${JSON.stringify(value)}`))
    },
    unplug,
    unplugAll: async (guestId) => {
      const found = await vsctl(
        '--bare',
        '--columns=name',
        'find',
        'Interface',
        `external_ids:vm-id=${JSON.stringify(guestId)}`,
      )
      for (const tap of found.split('\n').filter((name) => name !== '')) await unplug(tap)
    },
  }
}

async function addTap(tap: string): Promise<void> {
  try {
    await run(['ip', 'tuntap', 'add', 'dev', tap, 'mode', 'tap'])
  } catch (error) {
    // There from an earlier try.
    if (!(error instanceof RunError && /busy|exists/i.test(error.stderr))) throw error
  }
}

async function removeLink(tap: string): Promise<void> {
  try {
    await run(['ip', 'link', 'delete', 'dev', tap])
  } catch (error) {
    if (!(error instanceof RunError && /cannot find device/i.test(error.stderr))) throw error
  }
}

function checkName(name: string): void {
  if (!/^[A-Za-z][\w.-]{0,14}$/.test(name)) throw new Error(`not the name of a device: ${name}`)
}
