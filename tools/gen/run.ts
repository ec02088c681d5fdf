// `npm run gen`: writes docs/generated.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documents } from './documents.ts'
import { withServices } from './services.ts'

const folder = join(import.meta.dirname, '../../docs/generated')
mkdirSync(folder, { recursive: true })
for (const { name, text } of await withServices(documents)) writeFileSync(join(folder, name), text)
