// Images by the real clients, `openstack image …` and `glance …`, on a simulated cloud with two stores, a cache, limits and every
// plugin of imports switched on.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Cloud, startCloud } from '../cloud.ts'
import { createOpenStack } from '../openstack.ts'
import { createChecks, expectThat, type Tally } from '../tally.ts'
import { tryDefinitions } from './definitions.ts'
import { tryFormats } from './formats.ts'
import { tryGlance } from './glance.ts'
import { tryOpenStack } from './images.ts'
import type { Trial } from './trial.ts'

/** JSON is YAML. */
const settings = (state: string): string =>
  JSON.stringify({
    address: '127.0.0.1',
    hypervisor: 'simulated',
    network: 'simulated',
    image_stores: { second: join(state, 'second') },
    image_cache_dir: join(state, 'image-cache'),
    use_keystone_limits: true,
    image_import_opts: { image_import_plugins: ['image_decompression', 'image_conversion', 'inject_image_metadata'] },
    inject_metadata_properties: { inject: { imported: 'yes' }, ignore_user_roles: [] },
  })

/** Gives a command a terminal to read from, as people have: else the clients take what they can read for the data of an image. */
const SEATED = [
  '/usr/bin/python3',
  '-c',
  'import os, pty, sys; m, s = pty.openpty(); os.set_inheritable(m, True); os.dup2(s, 0); os.execvp(sys.argv[1], sys.argv[1:])',
]

const seated = (cloud: Cloud): Cloud => ({ ...cloud, run: (argv, options) => cloud.run([...SEATED, ...argv], options) })

/** Every command about images on a cloud of their own. */
export async function runImage(): Promise<Tally> {
  const checks = createChecks()
  const cloud = seated(await startCloud('simulated', settings))
  const folder = join(cloud.state, 'files')
  mkdirSync(folder)
  try {
    const glance: Trial['glance'] = async (...argv) => {
      const { code, stdout, stderr } = await cloud.run(['glance', ...argv])
      expectThat(code === 0, `glance ${argv.join(' ')}: ${stderr.trim() || stdout.trim()}`)
      return stdout
    }
    const file = (name: string): string => join(folder, name)
    const trial = { cloud, openstack: createOpenStack(cloud), check: checks.check, glance, file }
    await tryOpenStack(trial)
    await tryFormats(trial)
    await tryGlance(trial)
    await tryDefinitions(trial)
  } finally {
    await cloud.down()
  }
  return checks.tally()
}
