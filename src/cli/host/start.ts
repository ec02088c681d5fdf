import { type Daemon, startDaemon } from '../processes/daemon.ts'
import { hostDaemons } from '../processes/expected.ts'
import { runningProcess } from '../processes/pid-file.ts'
import type { HostConfig } from '../state/config-file.ts'
import type { StatePaths } from '../state/paths.ts'
import { CommandError, type Terminal } from '../terminal.ts'
import { libvirtDaemons } from './libvirt.ts'
import { enableNat } from './nat.ts'
import { configureBridges, configureChassis, detectDatapath, openVSwitchDaemons, otherSwitch } from './open-vswitch.ts'
import { linkStandardSockets } from './standard-sockets.ts'
import { ovnCentralDaemons, ovnControllerDaemon } from './ovn.ts'

/** Starts the daemons a real cloud stands on, each unless it runs, and sets them up; everything here may be run twice. */
export async function startHost(
  paths: StatePaths,
  config: HostConfig,
  nat: boolean,
  terminal: Terminal,
): Promise<void> {
  const { text } = terminal
  const running = new Set<string>()
  for (const name of hostDaemons) if ((await runningProcess(paths.run, name)) !== undefined) running.add(name)
  const start = async (...daemons: readonly Daemon[]): Promise<string | undefined> => {
    const started: boolean[] = []
    for (const daemon of daemons) started.push(await startDaemon(paths, daemon, terminal))
    return started.includes(true) ? undefined : text.alreadyRuns
  }

  const other = running.has('ovs-vswitchd') ? undefined : await otherSwitch()
  if (other !== undefined) throw new CommandError(text.otherSwitch(other))
  const datapath = await detectDatapath()
  await terminal.step(text.openVSwitch(datapath), async () => {
    const [server, vswitchd] = await openVSwitchDaemons(paths, running)
    const note = await start(server)
    await configureChassis(paths, config, datapath)
    return (await start(vswitchd)) && note
  })
  await terminal.step(text.bridges, () => configureBridges(paths, config, datapath))
  await terminal.step(text.ovn, async () =>
    start(...(await ovnCentralDaemons(paths, running)), ovnControllerDaemon(paths)),
  )
  await linkStandardSockets(paths)
  const [external] = Object.values(config.bridgeMappings)
  if (nat && external !== undefined) {
    await terminal.step(text.nat, () => enableNat(paths, external))
  }
  await terminal.step(text.libvirt, async () => start(...(await libvirtDaemons(paths))))
}
