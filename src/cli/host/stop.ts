import { stopDaemon } from '../processes/daemon.ts'
import { hostDaemons } from '../processes/expected.ts'
import { runningProcess } from '../processes/pid-file.ts'
import type { StatePaths } from '../state/paths.ts'
import type { Terminal } from '../terminal.ts'
import { removeMetadataLeftovers } from './metadata.ts'
import { endOrphanGuests, stopGuests } from './guests.ts'
import { disableNat } from './nat.ts'
import { unlinkStandardSockets } from './standard-sockets.ts'
import { exitVswitchd, removeTaps } from './open-vswitch.ts'

const guestPatience = 10

/** Ends guests and daemons, last started first, and removes the devices they used; true when a daemon was running. */
export async function stopHost(paths: StatePaths, terminal: Terminal): Promise<boolean> {
  const runs = async (name: string): Promise<boolean> => (await runningProcess(paths.run, name)) !== undefined
  if (await runs('libvirtd')) await terminal.step(terminal.text.guests, () => stopGuests(paths, guestPatience))
  await endOrphanGuests(paths)
  await removeMetadataLeftovers(paths)
  // Taps are known from the switch's database, so they go before it does.
  if (await runs('ovsdb-server')) await removeTaps(paths)
  await disableNat(paths)
  await unlinkStandardSockets(paths)
  let any = false
  for (const name of hostDaemons.toReversed()) {
    if (!(await runs(name))) continue
    any = true
    await terminal.step(terminal.text.stopping(name), async () => {
      if (name === 'ovs-vswitchd') await exitVswitchd(paths)
      await stopDaemon(paths, name)
    })
  }
  return any
}
