import { access, readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import type { ImportReport } from '#identity/service.ts'
import { parseFernetKey } from '#lib/fernet/fernet.ts'
import { parseJwsKey } from '#lib/jws/jws.ts'
import { messageOf } from '#platform/errors.ts'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../../options.ts'
import type { StatePaths } from '../../state/paths.ts'
import { CommandError, table, type Terminal } from '../../terminal.ts'
import { withIdentity } from './open.ts'

const options = {
  ...stateOption,
  database: { type: 'string' },
  'credential-keys': { type: 'string' },
  'fernet-keys': { type: 'string' },
  'jws-keys': { type: 'string' },
  adopt: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  json: { type: 'boolean' },
} as const

const mostShown = 20

/** `identity import [SOURCE]`: exit code 1 where names were taken and nothing was written. */
export async function importKeystone(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, options, terminal)
  const [source = terminal.env['KEYSTONE_DATABASE'] ?? '', ...extra] = positionals
  refuseExtra(extra, terminal)
  const { text } = terminal
  const paths = pathsOf(values)
  const dryRun = values['dry-run'] === true
  const fernetKeys = await readKeys(values['fernet-keys'], terminal)
  const credentialKeys = await readKeys(values['credential-keys'], terminal)
  const jwsKeys = await readJwsKeys(values['jws-keys'], terminal)
  if (source === '' && fernetKeys.size === 0 && jwsKeys === undefined) throw new CommandError(text.identity.noSource, 2)
  if (source !== '') {
    const request = {
      source,
      database: values.database,
      credentialKeys: [...credentialKeys.values()],
      adopt: values.adopt === true,
      dryRun,
    }
    const report = await run(paths, terminal, request)
    if (values.json === true) terminal.say(JSON.stringify(report, null, 2))
    else tell(report, dryRun, terminal)
    if (report.conflicts.length > 0) return 1
  }
  if (fernetKeys.size > 0 && !dryRun) {
    const count = await withIdentity(paths, terminal, (tools, ctx) => tools.adoptTokenKeys(ctx, fernetKeys))
    terminal.note(text.identity.keysAdopted(count))
  }
  if (jwsKeys !== undefined && !dryRun) {
    const { publicPems, privatePem } = jwsKeys
    const count = await withIdentity(paths, terminal, (tools, ctx) => tools.adoptJwsKeys(ctx, publicPems, privatePem))
    terminal.note(text.identity.keysAdopted(count))
  }
  return 0
}

type Request = Parameters<Parameters<Parameters<typeof withIdentity>[2]>[0]['importKeystone']>[1]

async function run(paths: StatePaths, terminal: Terminal, request: Request): Promise<ImportReport> {
  try {
    return await withIdentity(paths, terminal, (tools, ctx) => tools.importKeystone(ctx, request))
  } catch (error) {
    // The URL of a database may hold its password.
    const shown = request.source.replace(/\/\/[^@/]*@/, '//***@')
    throw new CommandError(terminal.text.identity.cannotRead(shown, messageOf(error)))
  }
}

/** The keys of a directory of Keystone's: files that are called by a number. */
async function readKeys(directory: string | undefined, { text }: Terminal): Promise<Map<number, string>> {
  if (directory === undefined) return new Map()
  const names = await readdir(directory).catch((error: unknown) => {
    throw new CommandError(text.identity.cannotRead(directory, messageOf(error)))
  })
  const keys = new Map<number, string>()
  for (const name of names.filter((each) => /^\d{1,9}$/.test(each))) {
    const file = path.join(directory, name)
    const key = (await readFile(file, 'utf8')).trim()
    try {
      parseFernetKey(key)
    } catch {
      throw new CommandError(text.identity.badKey(file))
    }
    keys.set(Number(name), key)
  }
  if (keys.size === 0) throw new CommandError(text.identity.noKeys(directory))
  return keys
}

/** `public/*.pem` and, where it is there, `private/private.pem` of a directory. */
async function readJwsKeys(directory: string | undefined, { text }: Terminal) {
  if (directory === undefined) return undefined
  const folder = path.join(directory, 'public')
  const names = await readdir(folder).catch((error: unknown) => {
    throw new CommandError(text.identity.cannotRead(folder, messageOf(error)))
  })
  const read = async (file: string, kind: 'public' | 'private'): Promise<string> => {
    const pem = await readFile(file, 'utf8')
    try {
      parseJwsKey(pem, kind)
    } catch {
      throw new CommandError(text.identity.badKey(file))
    }
    return pem
  }
  const publicPems: string[] = []
  for (const name of names.filter((each) => each.endsWith('.pem')))
    publicPems.push(await read(path.join(folder, name), 'public'))
  if (publicPems.length === 0) throw new CommandError(text.identity.noKeys(folder))
  const file = path.join(directory, 'private', 'private.pem')
  const present = await access(file).then(
    () => true,
    () => false,
  )
  return { publicPems, privatePem: present ? await read(file, 'private') : undefined }
}

function tell({ tallies, conflicts, left, written }: ImportReport, dryRun: boolean, terminal: Terminal): void {
  const { text } = terminal
  const { kind, added, present, adopted } = text.identity.columns
  const rows = tallies
    .filter((tally) => tally.added + tally.present + tally.adopted > 0)
    .map((tally) => [tally.kind, String(tally.added), String(tally.present), String(tally.adopted)])
  for (const line of table([kind, added, present, adopted], rows)) terminal.say(line)
  for (const { what, count } of left) terminal.note(text.identity.left(count, what))
  for (const { kind: of, name, theirs, ours } of conflicts.slice(0, mostShown)) {
    terminal.note(`✘ ${text.identity.conflict(of, name, theirs, ours)}`)
  }
  if (conflicts.length > mostShown) terminal.note(text.identity.moreConflicts(conflicts.length - mostShown))
  if (conflicts.length > 0) terminal.note(text.identity.conflictHint)
  else if (dryRun) terminal.note(text.identity.dryRun)
  else if (written) terminal.note(text.identity.imported)
}
