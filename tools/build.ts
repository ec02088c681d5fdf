// Bundles src/main.ts into dist/: one small entry and a chunk a role, so that a command loads only what it runs.
// Chunks carry a hash in their name and old ones stay for a day: a running controller may still load one lazily.
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { type Plugin, rolldown } from 'rolldown'

const home = path.dirname(import.meta.dirname)
const dist = path.join(home, 'dist')
const dayMs = 24 * 60 * 60 * 1000

/** A thread's program is a chunk of its own: `new URL('./x.ts', import.meta.url)` becomes the URL of that chunk. */
const threads: Plugin = {
  name: 'threads',
  transform(code, file) {
    if (!file.endsWith('.ts') || !code.includes('new Worker(')) return null
    return code.replace(/new URL\('(\.\/[a-z-]+)\.ts', import\.meta\.url\)/g, (_, name: string) => {
      const id = path.join(path.dirname(file), `${name}.ts`)
      return `new URL(import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id, name: path.basename(name) })})`
    })
  },
}

const bundle = await rolldown({
  cwd: home,
  input: { haneul: 'src/main.ts' },
  platform: 'node',
  // Native modules find their binary beside themselves.
  external: [/^better-sqlite3(\/|$)/, /^@node-rs\//],
  logLevel: 'warn',
  plugins: [threads],
})
const { output } = await bundle.generate({
  format: 'esm',
  entryFileNames: ({ name }) => (name === 'haneul' ? '[name].mjs' : 'chunk-[name]-[hash].mjs'),
  chunkFileNames: 'chunk-[name]-[hash].mjs',
})
await bundle.close()

await mkdir(dist, { recursive: true })
const written = new Set<string>()
// The entry last, and by rename: whoever starts meanwhile sees the old program or the new one, never half of it.
for (const file of output.toSorted((a, b) => Number(isEntry(a)) - Number(isEntry(b)))) {
  const content = file.type === 'chunk' ? file.code : file.source
  const target = path.join(dist, file.fileName)
  await writeFile(`${target}.new`, content)
  await rename(`${target}.new`, target)
  written.add(file.fileName)
}
for (const name of await readdir(dist)) {
  if (!name.endsWith('.mjs') || written.has(name)) continue
  const file = path.join(dist, name)
  if ((await stat(file)).mtimeMs < Date.now() - dayMs) await rm(file)
}

function isEntry(file: (typeof output)[number]): boolean {
  return file.fileName === 'haneul.mjs'
}
