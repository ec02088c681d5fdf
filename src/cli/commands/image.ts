import { spawn } from 'node:child_process'
import path from 'node:path'
import { checkoutDirectory } from '../home.ts'
import { ensurePackages, imagePackages } from '../host/packages.ts'
import { parseOptions } from '../options.ts'
import { CommandError, type Terminal } from '../terminal.ts'

/** `image guest OUT.qcow2`: builds the guest image, or copies the one built before from the same inputs. */
export async function image(argv: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(argv, { yes: { type: 'boolean', short: 'y' } }, terminal)
  const [kind, out, ...extra] = positionals
  if (kind !== 'guest' || out === undefined || extra.length > 0) {
    throw new CommandError(terminal.text.badOption(terminal.text.imageUsage), 2)
  }
  await ensurePackages(imagePackages, values.yes === true, terminal)
  const builder = path.join(checkoutDirectory(), 'tools/guest-image/main.ts')
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builder, path.resolve(out)], { stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
}
