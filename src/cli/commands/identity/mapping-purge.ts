import { parseOptions, pathsOf, refuseExtra, stateOption } from '../../options.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { withIdentity } from './open.ts'

const text = { type: 'string' } as const
const options = {
  ...stateOption,
  all: { type: 'boolean' },
  'domain-name': text,
  'public-id': text,
  'local-id': text,
  type: text,
} as const

/** `identity mapping-purge`, with the options of `keystone-manage mapping_purge`. */
export async function purgeMappings(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, options, terminal)
  refuseExtra(positionals, terminal)
  const { type } = values
  const filter = { domainName: values['domain-name'], publicId: values['public-id'], localId: values['local-id'] }
  const said = [...Object.values(filter), type].filter((value) => value !== undefined).length
  if ((values.all === true) === said > 0) throw new CommandError(terminal.text.identity.purgeWhat, 2)
  if (type !== undefined && type !== 'user' && type !== 'group') {
    throw new CommandError(terminal.text.identity.purgeWhat, 2)
  }
  const count = await withIdentity(pathsOf(values), terminal, (tools, ctx) =>
    tools.purgeMappings(ctx, { ...filter, type }),
  )
  if (count === undefined) throw new CommandError(terminal.text.identity.noDomain(filter.domainName ?? ''))
  terminal.say(terminal.text.identity.purged(count))
  return 0
}
