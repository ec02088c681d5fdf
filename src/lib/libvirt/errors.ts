/** A virsh command that libvirt refused, or that never got to libvirt. */
export class LibvirtError extends Error {
  /** `domain`: there is no such domain. `connection`: libvirt could not be asked. `timeout`: no answer in time. */
  readonly reason: 'refused' | 'domain' | 'connection' | 'timeout'

  constructor(command: string, message: string, reason: LibvirtError['reason']) {
    super(`virsh ${command}: ${message}`)
    this.name = 'LibvirtError'
    this.reason = reason
  }
}

const noConnection =
  /failed to connect to the hypervisor|^error: Disconnected from|end of file while reading data|cannot recv data|client socket is closed/im
const noDomain = /failed to get domain|domain not found/i

/** The error in what virsh wrote on standard error, if it wrote one. */
export function libvirtErrorIn(command: string, stderr: string): LibvirtError | undefined {
  const lines = stderr.split('\n').filter((line) => line.startsWith('error: '))
  if (lines.length === 0) return undefined
  const message = lines.map((line) => line.slice('error: '.length)).join(' ')
  const reason = noConnection.test(stderr) ? 'connection' : noDomain.test(stderr) ? 'domain' : 'refused'
  return new LibvirtError(command, message, reason)
}
