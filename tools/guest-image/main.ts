// node tools/guest-image/main.ts OUT.qcow2
import { RunError } from '../../src/lib/exec/run.ts'
import { copyGuestImage } from './cached.ts'

const [out] = process.argv.slice(2)
if (out === undefined) throw new Error('usage: main.ts OUT.qcow2')
const say = (line: string) => void process.stderr.write(`${line}\n`)
try {
  await copyGuestImage(out, say)
} catch (error) {
  // A program that failed has said why; where it was called from is nobody's business.
  if (!(error instanceof RunError)) throw error
  say(error.message)
  process.exitCode = 1
}
