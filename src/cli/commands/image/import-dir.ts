import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { CompressionError } from '#lib/compression/decompress.ts'
import { type Api, type ApiAnswer, openApi } from '../../api.ts'
import { pathsOf } from '../../options.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { type DiskFile, inspectFile } from './disk-file.ts'

type Options = { readonly state?: string | undefined; readonly visibility?: string | undefined }

/** Makes an image of every disk in a directory. Again it does nothing but what is missing; exit code 1 where one failed. */
export async function importDirectory(directory: string, options: Options, terminal: Terminal): Promise<number> {
  const { text } = terminal
  const at = path.resolve(directory)
  const entries = await readdir(at, { withFileTypes: true }).catch(() => {
    throw new CommandError(text.noDirectory(at))
  })
  const api = await openApi(pathsOf(options), 'image', terminal)
  const counts = { added: 0, kept: 0, skipped: 0, failed: 0 }
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map(({ name }) => name)
  for (const name of names.toSorted()) {
    try {
      counts[await importFile(api, path.join(at, name), options.visibility, terminal)] += 1
    } catch (error) {
      const isExpected = error instanceof CommandError || error instanceof CompressionError
      if (!isExpected) throw error
      counts.failed += 1
      terminal.note(text.importFailed(name, error.message))
    }
  }
  terminal.note(text.importDone(counts.added, counts.kept, counts.skipped, counts.failed))
  return counts.failed === 0 ? 0 : 1
}

async function importFile(
  api: Api,
  file: string,
  visibility: string | undefined,
  terminal: Terminal,
): Promise<'added' | 'kept' | 'skipped'> {
  const { text } = terminal
  const disk = await inspectFile(file, new AbortController().signal)
  if ('refusal' in disk) {
    const why = disk.refusal === 'unsafe' ? text.unsafeDisk(disk.why) : text.noDisk
    terminal.note(text.importSkipped(path.basename(file), why))
    return 'skipped'
  }
  let result: 'added' | 'kept' = 'kept'
  await terminal.step(`${disk.name} (${disk.format}, ${disk.size})`, async () => {
    if (await isThere(api, disk)) return text.importedBefore
    await upload(api, disk, visibility, terminal)
    result = 'added'
    return text.imported
  })
  return result
}

/** Whether an image of that name has these bytes, however it came. */
async function isThere(api: Api, { name, hash }: DiskFile): Promise<boolean> {
  const query = new URLSearchParams({ name, os_hash_value: hash, limit: '1' })
  const { body } = await api('GET', `/v2/images?${query.toString()}`)
  const images = typeof body === 'object' && body !== null && 'images' in body ? body.images : []
  return Array.isArray(images) && images.length > 0
}

/** Creates the image, or goes on with one that an earlier try has left, and sends the data. */
async function upload(api: Api, disk: DiskFile, visibility: string | undefined, terminal: Terminal): Promise<void> {
  const refuse = ({ status, body }: ApiAnswer): never => {
    const why = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : ''
    throw new CommandError(terminal.text.apiRefused(disk.name, status, why.replaceAll(/<[^>]*>|\s+/g, ' ').trim()))
  }
  const json = { id: disk.id, name: disk.name, disk_format: disk.format, container_format: 'bare' }
  const created = await api('POST', '/v2/images', { json: visibility === undefined ? json : { ...json, visibility } })
  // 409: it was made before, and its data did not come.
  if (created.status !== 201 && created.status !== 409) refuse(created)
  const sent = await api('PUT', `/v2/images/${disk.id}/file`, { bytes: disk.open() })
  if (sent.status !== 204) refuse(sent)
}
