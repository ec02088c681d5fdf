// Fetches packages with apt-get, verified by apt itself, and unpacks them without installing anything.
import { createHash } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { run } from '../../src/lib/exec/run.ts'

/** Packages whose programs go into the guest; libraries they depend on are found from there. */
const guestPackages = ['busybox-static', 'dropbear-bin', 'e2fsprogs', 'util-linux', 'sudo', 'libc6', 'libpam-modules']

/** Packages whose programs build the disk. */
const toolPackages = ['syslinux', 'syslinux-common', 'mtools', 'dosfstools']

/** Packages that stand for the newest small kernel: Debian's name, then Ubuntu's. */
const kernelPackages = ['linux-image-cloud-amd64', 'linux-image-virtual']

const asRoot = process.getuid?.() === 0 ? ['-o', 'APT::Sandbox::User=root'] : []

export interface PackageSet {
  readonly guest: readonly string[]
  readonly tools: readonly string[]
  /** Changes when any of the packages does. */
  readonly fingerprint: string
}

/** The packages an image is built from, as apt knows them now. */
export async function selectPackages(): Promise<PackageSet> {
  const [kernel, libraries] = await Promise.all([kernelImages(), libraryClosure(guestPackages)])
  const guest = [...new Set([...kernel, ...guestPackages, ...libraries])]
  const { stdout } = await run(['apt-get', ...asRoot, 'download', '--print-uris', ...guest, ...toolPackages])
  return { guest, tools: toolPackages, fingerprint: createHash('sha256').update(stdout).digest('hex') }
}

/** Downloads packages into `cache`, where those of the same version stay, and unpacks them into `target`. */
export async function unpackPackages(names: readonly string[], cache: string, target: string): Promise<void> {
  await mkdir(cache, { recursive: true })
  const { stdout } = await run(['apt-get', ...asRoot, 'download', '--print-uris', ...names])
  const wanted = [...stdout.matchAll(/^'[^']*' (\S+\.deb) /gm)].map((match) => match[1] ?? '')
  const present = new Set(await readdir(cache))
  if (!wanted.every((file) => present.has(file))) {
    // Into a directory of its own first: a download that is cut off must not look like a package.
    const fresh = path.join(cache, `fresh-${process.pid}`)
    await mkdir(fresh)
    try {
      await run(['apt-get', ...asRoot, 'download', '-q', ...names], { cwd: fresh, timeoutMs: 600_000 })
      for (const file of await readdir(fresh)) await rename(path.join(fresh, file), path.join(cache, file))
    } finally {
      await rm(fresh, { recursive: true, force: true })
    }
  }
  await mkdir(target, { recursive: true })
  for (const file of wanted) await run(['dpkg-deb', '-x', path.join(cache, file), target], { timeoutMs: 120_000 })
}

async function kernelImages(): Promise<string[]> {
  for (const name of kernelPackages) {
    const images = (await dependencies([name]).catch(() => [])).filter((found) =>
      /^linux-(image|modules)-\d/.test(found),
    )
    if (images.length > 0) return images
  }
  throw new Error(`apt knows none of these packages: ${kernelPackages.join(', ')} (apt-get update?)`)
}

/** Follows dependencies through libraries only: what a program loads, without what its package's scripts call. */
async function libraryClosure(names: readonly string[]): Promise<string[]> {
  const found = new Set<string>()
  for (let level = [...names]; level.length > 0; ) {
    const next = (await dependencies(level)).filter((name) => /^z?lib(?!.*perl)/.test(name) && !found.has(name))
    for (const name of next) found.add(name)
    level = [...new Set(next)]
  }
  return [...found]
}

async function dependencies(names: readonly string[]): Promise<string[]> {
  const { stdout } = await run(['apt-cache', '--important', 'depends', ...names])
  return [...stdout.matchAll(/^[ |]+(?:Pre)?Depends: ([a-z0-9][a-z0-9.+-]*)$/gm)].map((match) => match[1] ?? '')
}
