// `npm ci` refuses a package-lock.json that lacks an optional package of another platform, and npm leaves out those that
// the registry it was run against does not carry. Their entries need no checksum: they are never installed here.

interface LockEntry {
  readonly version?: string
  readonly dev?: boolean
  readonly peer?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** The `packages` of a lock file, by path. */
export type LockPackages = Readonly<Record<string, LockEntry>>

export interface MissingPackage {
  /** Where its entry belongs. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly owner: LockEntry
}

/** Optional packages that an entry names and the lock does not hold. */
export function missingOptionalPackages(packages: LockPackages): MissingPackage[] {
  const missing: MissingPackage[] = []
  for (const [owner, entry] of Object.entries(packages)) {
    for (const [name, wanted] of Object.entries(entry.optionalDependencies ?? {})) {
      const found = resolve(packages, owner, name)
      const exact = /^\d+\.\d+\.\d+[\w.-]*$/.test(wanted)
      if (found !== undefined && (!exact || packages[found]?.version === wanted)) continue
      const path = `${found === undefined ? '' : `${owner}/`}node_modules/${name}`
      missing.push({ path, name, version: wanted, owner: entry })
    }
  }
  return missing
}

/** The lock entry of a package for another platform, which its name tells. */
export function optionalEntry({ name, version, owner }: MissingPackage): Record<string, unknown> {
  const pattern = /(android|darwin|freebsd|netbsd|openbsd|sunos|aix|linux|openharmony|win32|wasm32)-?([^-]*)/
  const [, os, cpu] = pattern.exec(name.split('/').at(-1) ?? '') ?? []
  if (os === undefined || !/^\d/.test(version)) throw new Error(`${name}@${version} does not tell its platform`)
  return {
    version,
    cpu: [os === 'wasm32' ? os : cpu],
    ...(owner.dev === true ? { dev: true } : {}),
    ...(name.includes('musl') ? { libc: ['musl'] } : {}),
    optional: true,
    ...(os === 'wasm32' ? {} : { os: [os] }),
    ...(owner.peer === true ? { peer: true } : {}),
  }
}

/** The path under which `owner` would find the package, as Node looks for it. */
function resolve(packages: LockPackages, owner: string, name: string): string | undefined {
  for (let base = owner; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/'))).replace(/\/$/, '')) {
    const path = `${base === '' ? '' : `${base}/`}node_modules/${name}`
    if (packages[path] !== undefined) return path
    if (base === '') return undefined
  }
}
