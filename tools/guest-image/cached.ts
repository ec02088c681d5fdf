// Keeps built images below ~/.cache/haneul, under a name made of everything that went into them.
import { createHash } from 'node:crypto'
import { copyFile, mkdir, readFile, readdir, rename, stat, utimes } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { buildGuestImage } from './build.ts'
import { selectPackages } from './debian.ts'

/** Where images and packages are kept. */
function guestImageCache(): string {
  return path.join(homedir(), '.cache/haneul')
}

/** The path of the guest image in the cache; built first when its inputs have changed. */
export async function cachedGuestImage(report: (line: string) => void): Promise<string> {
  const cache = path.join(guestImageCache(), 'guest-image')
  await mkdir(cache, { recursive: true })
  const own = await fingerprintFiles(import.meta.dirname)
  const packages = await selectPackages().catch(async (error: unknown) => {
    // Without package lists nothing can be built, but what was built from the same sources will do.
    const [known] = (await readdir(cache)).filter((name) => name.startsWith(`${own}-`) && name.endsWith('.qcow2'))
    if (known === undefined) throw error
    return path.join(cache, known)
  })
  if (typeof packages === 'string') return packages
  const image = path.join(cache, `${own}-${packages.fingerprint.slice(0, 16)}.qcow2`)
  const known = await stat(image).catch(() => undefined)
  if (known === undefined) {
    report(`building ${image}`)
    await buildGuestImage(packages, path.join(guestImageCache(), 'packages'), image)
  } else {
    await utimes(image, new Date(), known.mtime)
  }
  return image
}

/** Copies the guest image to `out`, which appears whole or not at all. */
export async function copyGuestImage(out: string, report: (line: string) => void): Promise<void> {
  const image = await cachedGuestImage(report)
  await mkdir(path.dirname(out), { recursive: true })
  await copyFile(image, `${out}.${process.pid}.new`)
  await rename(`${out}.${process.pid}.new`, out)
}

async function fingerprintFiles(directory: string): Promise<string> {
  const hash = createHash('sha256')
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name))
  for (const name of names.filter((file) => !file.endsWith('.test.ts')).sort()) {
    hash.update(`${path.relative(directory, name)}\0`)
    hash.update(await readFile(name))
  }
  return hash.digest('hex').slice(0, 16)
}
