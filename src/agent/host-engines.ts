// Where this host's own libvirt and Open vSwitch are: those that `haneul up` started in the state directory, else the machine's.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** File in which `up` notes the directory of libvirt's sockets. */
export function libvirtRunFile(state: string): string {
  return path.join(state, 'libvirt/run-directory')
}

/** The connection URI of the libvirt to use. */
export function libvirtUri(state: string): string {
  const file = libvirtRunFile(state)
  if (!existsSync(file)) return 'qemu:///system'
  return `qemu:///system?socket=${readFileSync(file, 'utf8').trim()}/libvirt-sock`
}

/** OVSDB address of the switch; undefined for the machine's own. */
export function switchDatabase(state: string): string | undefined {
  const socket = path.join(state, 'ovs/db.sock')
  return existsSync(socket) ? `unix:${socket}` : undefined
}
