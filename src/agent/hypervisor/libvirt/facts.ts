import { statfs } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import type { HostFacts } from '#compute/drivers/driver.ts'
import { run } from '#lib/exec/run.ts'
import type { Libvirt } from '#lib/libvirt/libvirt.ts'
import { hostCapabilities, hypervisorVersion } from '#lib/libvirt/parse.ts'

export interface HostIdentity {
  readonly host: string
  readonly ip: string
  readonly instances: string
}

/** What this host is and has, as nova's hypervisor list tells it. */
export async function hostFacts(identity: HostIdentity, libvirt: Libvirt, accelerated: boolean): Promise<HostFacts> {
  const [version, capabilities, uptime, volume] = await Promise.all([
    libvirt.virsh('version'),
    libvirt.virsh('capabilities'),
    run(['uptime'], { env: { PATH: process.env['PATH'], LC_ALL: 'C' } }),
    statfs(identity.instances),
  ])
  const { cpuModel, cpuFeatures } = hostCapabilities(capabilities)
  return {
    host: identity.host,
    hypervisorType: 'QEMU',
    hypervisorVersion: hypervisorVersion(version),
    accelerated,
    ip: identity.ip,
    arch: 'x86_64',
    vcpus: cpus().length,
    memoryMb: Math.floor(totalmem() / 1024 ** 2),
    diskGb: Math.floor((volume.blocks * volume.bsize) / 1024 ** 3),
    cpuModel,
    cpuFeatures: [...cpuFeatures],
    uptime: uptime.stdout.trim(),
  }
}
