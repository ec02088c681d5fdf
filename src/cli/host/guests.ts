import { setTimeout as sleep } from 'node:timers/promises'
import { run } from '#lib/exec/run.ts'
import { libvirtUri } from '../../agent/host-engines.ts'
import { endProcess } from '../processes/daemon.ts'
import { findProcesses } from '#lib/exec/processes.ts'
import type { StatePaths } from '../state/paths.ts'
import { runningGuests } from './libvirt.ts'

/** Shuts guests down by ACPI, and ends those that have not gone after `patience` seconds. */
export async function stopGuests(paths: StatePaths, patience: number): Promise<void> {
  const uri = libvirtUri(paths.directory)
  const virsh = (command: string, guest: string): Promise<unknown> =>
    run(['virsh', '-c', uri, command, '--domain', guest], { acceptCodes: [0, 1] })
  const deadline = performance.now() + patience * 1000
  for (const guest of await runningGuests(paths)) await virsh('shutdown', guest)
  while ((await runningGuests(paths)).length > 0 && performance.now() < deadline) await sleep(200)
  for (const guest of await runningGuests(paths)) await virsh('destroy', guest)
}

/** Ends QEMU processes on our disks that no libvirtd looks after any more. */
export async function endOrphanGuests(paths: StatePaths): Promise<void> {
  const disks = `${paths.instances}/`
  const orphans = await findProcesses(
    ([program, ...args]) =>
      /(^|\/)qemu-system-\w+$/.test(program ?? '') && args.some((argument) => argument.includes(disks)),
  )
  await Promise.all(orphans.map((orphan) => endProcess(orphan, 5)))
}
