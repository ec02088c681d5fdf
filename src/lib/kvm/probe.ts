// Whether KVM runs guests here. That /dev/kvm exists proves nothing: nested or filtered hypervisors offer the device and
// then abort QEMU, or emulate each instruction of the guest. So a boot sector that counts for a while is booted: the
// processor itself does that in a blink, and KVM works if the end is reached within the limit.
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'

/** What QEMU's isa-debug-exit makes of the value 0x10 that the boot sector writes: (0x10 << 1) | 1. */
const provedExitCode = 33

/** A BIOS boot sector: mov ecx, 50 000 000; dec ecx; jnz; mov dx, 0xf4; mov al, 0x10; out dx, al; hlt; jmp. */
function bootSector(): Uint8Array {
  const sector = new Uint8Array(512)
  const count = [0x66, 0xb9, 0x80, 0xf0, 0xfa, 0x02, 0x66, 0x49, 0x75, 0xfc]
  sector.set([...count, 0xba, 0xf4, 0x00, 0xb0, 0x10, 0xee, 0xf4, 0xeb, 0xfd])
  sector.set([0x55, 0xaa], 510)
  return sector
}

/** Boots the sector with the given accelerator; true when it ran to its end in time. */
export async function bootsWith(accelerator: 'kvm' | 'tcg', timeoutMs = 3000): Promise<boolean> {
  const directory = await mkdtemp(path.join(tmpdir(), 'haneul-kvm-'))
  try {
    const disk = path.join(directory, 'boot.raw')
    await writeFile(disk, bootSector())
    const cpu = accelerator === 'kvm' ? 'host' : 'max'
    const argv = [
      [
        'qemu-system-x86_64',
        '-M',
        'pc',
        '-accel',
        accelerator,
        '-cpu',
        cpu,
        '-m',
        '16',
        '-nodefaults',
        '-display',
        'none',
      ],
      ['-no-reboot', '-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04', '-boot', 'c'],
      ['-drive', `file=${disk},format=raw,if=ide,readonly=off`],
    ].flat()
    const [program = '', ...args] = argv
    const { code } = await run([program, ...args], { timeoutMs, acceptCodes: [provedExitCode] })
    return code === provedExitCode
  } catch {
    return false
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Whether guests can run under KVM on this machine. */
export async function kvmWorks(): Promise<boolean> {
  const usable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  )
  return usable && (await bootsWith('kvm'))
}
