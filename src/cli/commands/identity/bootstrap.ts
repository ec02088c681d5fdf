import { writeFile } from 'node:fs/promises'
import { parseOptions, pathsOf, refuseExtra, stateOption } from '../../options.ts'
import { readHostConfig } from '../../state/config-file.ts'
import { writeCredentials } from '../../state/credentials.ts'
import { CommandError, type Terminal } from '../../terminal.ts'
import { withIdentity } from './open.ts'

const text = { type: 'string' } as const
const options = {
  ...stateOption,
  'bootstrap-username': text,
  'bootstrap-password': text,
  'bootstrap-project-name': text,
  'bootstrap-role-name': text,
  'bootstrap-service-name': text,
  'bootstrap-public-url': text,
  'bootstrap-internal-url': text,
  'bootstrap-admin-url': text,
  'bootstrap-region-id': text,
  'immutable-roles': { type: 'boolean' },
  'no-immutable-roles': { type: 'boolean' },
} as const

/** `identity bootstrap`, with the options and variables of `keystone-manage bootstrap`; a variable wins over its option. */
export async function bootstrap(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, options, terminal)
  refuseExtra(positionals, terminal)
  const { env } = terminal
  const password = env['OS_BOOTSTRAP_PASSWORD'] || values['bootstrap-password']
  if (!password) throw new CommandError(terminal.text.identity.noPassword)
  const username = env['OS_BOOTSTRAP_USERNAME'] || values['bootstrap-username'] || 'admin'
  const urls = {
    public: env['OS_BOOTSTRAP_PUBLIC_URL'] || values['bootstrap-public-url'],
    internal: env['OS_BOOTSTRAP_INTERNAL_URL'] || values['bootstrap-internal-url'],
    admin: env['OS_BOOTSTRAP_ADMIN_URL'] || values['bootstrap-admin-url'],
  }
  const paths = pathsOf(values)
  const { user } = await withIdentity(paths, terminal, (tools, ctx) =>
    tools.bootstrap(ctx, {
      username,
      password,
      projectName: env['OS_BOOTSTRAP_PROJECT_NAME'] || values['bootstrap-project-name'] || 'admin',
      roleName: env['OS_BOOTSTRAP_ROLE_NAME'] || values['bootstrap-role-name'] || 'admin',
      serviceName: env['OS_BOOTSTRAP_SERVICE_NAME'] || values['bootstrap-service-name'] || 'keystone',
      urls: Object.fromEntries(Object.entries(urls).filter(([, url]) => url)),
      regionId: env['OS_BOOTSTRAP_REGION_ID'] || values['bootstrap-region-id'],
      immutableRoles: values['no-immutable-roles'] !== true,
    }),
  )
  if (username === 'admin') {
    await writeFile(paths.adminPassword, `${password}\n`, { mode: 0o600 })
    const config = await readHostConfig(paths, terminal)
    if (config) await writeCredentials(paths, config.address, config.region)
  }
  terminal.say(terminal.text.identity.bootstrapped[user](username))
  return 0
}
