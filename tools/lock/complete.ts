// node tools/lock/complete.ts: adds to package-lock.json what `npm install` left out. Run it after every change of dependencies.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { missingOptionalPackages, optionalEntry } from './optional-packages.ts'

const file = path.join(import.meta.dirname, '../../package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = missingOptionalPackages(lock.packages)
for (const found of missing) lock.packages[found.path] = optionalEntry(found)
const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1))
lock.packages = Object.fromEntries(sorted)
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${missing.length} entries added\n`)
