// One long-lived virsh, asked one command after the other over pipes: a spawned virsh takes 45 ms, a command in one 3 ms.
// virsh echoes each line behind its prompt, on one line however long. After each command it is told to echo a mark on
// both outputs: what stands before the marks is the command's.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { LibvirtError, libvirtErrorIn } from './errors.ts'

interface Request {
  readonly words: readonly string[]
  readonly mark: string
  readonly settle: (error: LibvirtError | undefined, output: string) => void
}

const maxOutput = 16 * 1024 * 1024

/** A virsh process. After an error of reason `connection` or `timeout` it has ended; make another. */
export class VirshSession {
  private readonly child: ChildProcessWithoutNullStreams
  private stdout = ''
  private stderr = ''
  private current: Request | undefined
  private over = false

  constructor(uri: string) {
    this.child = spawn('virsh', ['--quiet', '--connect', uri], {
      // readline must not be clever, and messages are matched in English.
      env: { ...process.env, TERM: 'dumb', LC_ALL: 'C.UTF-8' },
    })
    this.child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text
      this.look()
    })
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      this.look()
    })
    this.child.stdin.on('error', () => {})
    this.child.on('error', (error) => this.end('connection', error.message))
    this.child.on('close', () => this.end('connection', this.stderr.trim() || 'virsh ended'))
  }

  get alive(): boolean {
    return !this.over
  }

  get busy(): boolean {
    return this.current !== undefined
  }

  /** Runs one command; only one at a time. Resolves with its output. */
  run(words: readonly string[], timeoutMs: number): Promise<string> {
    if (this.busy) throw new Error('a virsh session runs one command at a time')
    const mark = `mark-${randomUUID()}`
    const command = words.join(' ')
    return new Promise((resolve, reject) => {
      if (this.over) {
        reject(new LibvirtError(command, 'virsh has ended', 'connection'))
        return
      }
      const timer = setTimeout(() => this.end('timeout', `no answer within ${timeoutMs} ms`), timeoutMs)
      const settle: Request['settle'] = (error, output) => {
        clearTimeout(timer)
        this.current = undefined
        if (error === undefined) resolve(output)
        else reject(error)
      }
      this.stdout = ''
      this.stderr = ''
      this.current = { words, mark, settle }
      this.child.stdin.write(`${words.map(quoted).join(' ')}\necho ${mark}\necho --err ${mark}\n`)
    })
  }

  close(): void {
    this.end('connection', 'the session was closed')
  }

  private look(): void {
    const { current } = this
    if (current === undefined) return
    if (this.stdout.length > maxOutput) {
      this.end('connection', 'too much output')
      return
    }
    const out = this.stdout.indexOf(`echo ${current.mark}\n${current.mark}`)
    const err = this.stderr.indexOf(`error: ${current.mark}\n`)
    if (out === -1 || err === -1) return
    const error = libvirtErrorIn(current.words.join(' '), this.stderr.slice(0, err))
    // The first line is the echo of the command, the last the prompt of the mark.
    const output = this.stdout.slice(this.stdout.indexOf('\n') + 1, out).replace(/virsh [#>] $/, '')
    current.settle(error, output)
    if (error?.reason === 'connection') this.close()
  }

  private end(reason: 'connection' | 'timeout', message: string): void {
    if (this.over) return
    this.over = true
    this.child.kill('SIGKILL')
    const { current } = this
    if (current !== undefined) current.settle(new LibvirtError(current.words.join(' '), message, reason), '')
  }
}

/** A word as virsh's own parser reads it back. */
export function quoted(word: string): string {
  for (const letter of word) {
    const code = letter.codePointAt(0) ?? 0
    if (code < 0x20 || code === 0x7f) throw new Error('a virsh command holds no control characters')
  }
  return `'${word.replaceAll("'", "'\\''")}'`
}
