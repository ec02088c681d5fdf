import { spawn } from 'node:child_process'
import path from 'node:path'
import { checkoutDirectory } from '../../home.ts'
import { ensurePackages, imagePackages } from '../../host/packages.ts'
import { CommandError, type Terminal } from '../../terminal.ts'

/** Builds the guest image, or copies the one built before from the same inputs. */
export async function buildGuest(out: string, yes: boolean, terminal: Terminal): Promise<number> {
  await ensurePackages(imagePackages, yes, terminal)
  const builder = path.join(checkoutDirectory(), 'tools/guest-image/main.ts')
  const code = await new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [builder, path.resolve(out)], { stdio: 'inherit' })
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new CommandError(terminal.text.guestNotBuilt)
  return 0
}
