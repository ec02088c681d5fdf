// Picks kernel modules with what they depend on, and writes the two index files by which modprobe finds them.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { moduleInfo } from './elf.ts'

export interface KernelModule {
  readonly name: string
  /** Path below lib/modules/VERSION, uncompressed. */
  readonly path: string
  readonly content: Buffer
  readonly depends: readonly string[]
  readonly aliases: readonly string[]
}

/** Names and paths of all modules of a kernel. */
export async function indexModules(directory: string): Promise<Map<string, string>> {
  const files = await readdir(directory, { recursive: true })
  const modules = files.filter((file) => /\.ko(\.zst)?$/.test(file))
  return new Map(modules.map((file) => [moduleName(file), path.join(directory, file)]))
}

/** The modules wanted and all they depend on, dependencies first. Names the kernel has built in, or not at all, are left out. */
export async function selectModules(
  index: ReadonlyMap<string, string>,
  directory: string,
  wanted: readonly string[],
): Promise<KernelModule[]> {
  const selected = new Map<string, KernelModule>()
  const visit = async (name: string): Promise<void> => {
    const file = index.get(name)
    if (file === undefined || selected.has(name)) return
    const module = await loadModule(name, file, directory)
    for (const dependency of module.depends) await visit(dependency)
    selected.set(name, module)
  }
  for (const name of wanted) await visit(name)
  return [...selected.values()]
}

/** modules.dep: each module with all that must be loaded before it, the first to load last. */
export function modulesDep(modules: readonly KernelModule[]): string {
  const byName = new Map(modules.map((module) => [module.name, module]))
  const order = [...byName.keys()].toReversed()
  const closure = (module: KernelModule, into = new Set<string>()): Set<string> => {
    for (const name of module.depends) {
      const dependency = byName.get(name)
      if (dependency === undefined || into.has(name)) continue
      into.add(name)
      closure(dependency, into)
    }
    return into
  }
  return modules
    .map((module) => {
      const needed = closure(module)
      const paths = order.filter((name) => needed.has(name)).map((name) => byName.get(name)?.path ?? '')
      return `${module.path}:${paths.map((needed) => ` ${needed}`).join('')}\n`
    })
    .join('')
}

/** modules.alias: which module drives which device or file system. */
export function modulesAlias(modules: readonly KernelModule[]): string {
  return modules.flatMap((module) => module.aliases.map((alias) => `alias ${alias} ${module.name}\n`)).join('')
}

async function loadModule(name: string, file: string, directory: string): Promise<KernelModule> {
  const stored = await readFile(file)
  const content = file.endsWith('.zst') ? zstdDecompressSync(stored) : stored
  const info = moduleInfo(content)
  const values = (key: string): string[] => info.filter(([found]) => found === key).map(([, value]) => value)
  return {
    name,
    path: path.relative(directory, file).replace(/\.zst$/, ''),
    content,
    depends: values('depends')
      .flatMap((list) => list.split(','))
      .filter((dependency) => dependency !== '')
      .map(moduleName),
    aliases: values('alias'),
  }
}

function moduleName(file: string): string {
  return path
    .basename(file)
    .replace(/\.ko(\.zst)?$/, '')
    .replaceAll('-', '_')
}
