import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '#lib/exec/run.ts'

export interface DriveFile {
  /** Below the root of the drive: `openstack/latest/meta_data.json`. */
  readonly path: string
  readonly content: Uint8Array
}

/** Writes an ISO 9660 image with the label guests look for, `config-2`; `out` appears whole or not at all. */
export async function writeConfigDrive(files: readonly DriveFile[], out: string): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'haneul-drive-'))
  try {
    const root = path.join(directory, 'root')
    await mkdir(root)
    for (const file of files) {
      const target = path.join(root, relativePath(file.path))
      await mkdir(path.dirname(target), { recursive: true })
      await writeFile(target, file.content)
    }
    const image = `${out}.${process.pid}.new`
    // Rock Ridge and Joliet, as guests' tools expect them; names longer than 8.3.
    const options = ['-quiet', '-volid', 'config-2', '-joliet', '-rational-rock', '-full-iso9660-filenames']
    await run(['xorriso', '-as', 'mkisofs', ...options, '-output', image, root])
    await chmod(image, 0o600) // user data and passwords are in it
    await rename(image, out)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

function relativePath(file: string): string {
  const parts = file.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\0'))) {
    throw new Error(`not a path on a config drive: ${file}`)
  }
  return path.join(...parts)
}
