// node tools/guest-image/main.ts OUT.qcow2
import { copyGuestImage } from './cached.ts'

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: main.ts OUT.qcow2')
await copyGuestImage(out, (line) => void process.stderr.write(`${line}\n`))
