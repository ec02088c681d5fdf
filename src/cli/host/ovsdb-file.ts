import { access } from 'node:fs/promises'
import { run } from '#lib/exec/run.ts'

/** Makes an OVSDB database file with the schema, or converts one that an older package made. Its server must not be running. */
export async function prepareDatabase(file: string, schema: string): Promise<void> {
  const present = await access(file).then(
    () => true,
    () => false,
  )
  if (!present) {
    await run(['ovsdb-tool', 'create', file, schema])
    return
  }
  const { stdout } = await run(['ovsdb-tool', 'needs-conversion', file, schema])
  if (stdout.trim() === 'yes') await run(['ovsdb-tool', 'convert', file, schema])
}
