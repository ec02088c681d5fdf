// For the machine's one cloud, `ovs-vsctl` and `ovn-nbctl` work without options: links stand where the tools look, unless
// a switch or a database of the machine's own answers there.
import { lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { socketAnswers } from '#lib/exec/socket.ts'
import { rootStateDirectory, type StatePaths } from '../state/paths.ts'

function links(paths: StatePaths): [link: string, socket: string][] {
  return [
    ['/run/openvswitch/db.sock', path.join(paths.ovs, 'db.sock')],
    ['/run/ovn/ovnnb_db.sock', path.join(paths.ovn, 'ovnnb_db.sock')],
    ['/run/ovn/ovnsb_db.sock', path.join(paths.ovn, 'ovnsb_db.sock')],
  ]
}

export async function linkStandardSockets(paths: StatePaths): Promise<void> {
  if (paths.directory !== rootStateDirectory) return
  for (const [link, socket] of links(paths)) {
    const present = await lstat(link).catch(() => undefined)
    if (present !== undefined && !present.isSymbolicLink() && (await socketAnswers(link))) continue
    await mkdir(path.dirname(link), { recursive: true })
    await rm(link, { force: true })
    await symlink(socket, link)
  }
}

export async function unlinkStandardSockets(paths: StatePaths): Promise<void> {
  if (paths.directory !== rootStateDirectory) return
  for (const [link, socket] of links(paths)) {
    const target = await readlink(link).catch(() => undefined)
    if (target === socket) await rm(link)
  }
}
