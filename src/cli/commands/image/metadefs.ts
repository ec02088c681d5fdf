import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { Type } from 'typebox'
import { askController } from '../../operator.ts'
import { pathsOf } from '../../options.ts'
import { CommandError, type Terminal } from '../../terminal.ts'

const loaded = Type.Object({ added: Type.Array(Type.String()), kept: Type.Array(Type.String()) })

/** Adds the namespaces of metadata definitions that are missing; from a directory's JSON files, where one is named. */
export async function loadMetadefs(
  directory: string | undefined,
  options: { state?: string | undefined },
  terminal: Terminal,
): Promise<number> {
  const args = directory === undefined ? {} : { documents: await readDocuments(path.resolve(directory), terminal) }
  const { added, kept } = await askController(pathsOf(options), terminal, 'image.metadefs.load', args, loaded)
  for (const name of added) terminal.say(name)
  terminal.note(terminal.text.metadefsDone(added.length, kept.length))
  return 0
}

async function readDocuments(directory: string, terminal: Terminal): Promise<unknown[]> {
  const names = await readdir(directory).catch(() => {
    throw new CommandError(terminal.text.noDirectory(directory))
  })
  return Promise.all(
    names
      .filter((name) => name.endsWith('.json'))
      .toSorted()
      .map(async (name): Promise<unknown> => {
        try {
          return JSON.parse(await readFile(path.join(directory, name), 'utf8'))
        } catch {
          throw new CommandError(terminal.text.notJson(name))
        }
      }),
  )
}
