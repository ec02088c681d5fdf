import { createInterface } from 'node:readline/promises'
import { type Messages, messagesFor } from './messages.ts'

/** An expected failure: its message is for the operator, and no stack trace helps. */
export class CommandError extends Error {
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = exitCode
  }
}

export interface Terminal {
  readonly text: Messages
  readonly env: NodeJS.ProcessEnv
  /** A line of output. */
  say(line: string): void
  /** A line for the operator's eyes that is not output. */
  note(line: string): void
  /** Does work and prints its label with the time it took; a text that `work` returns is printed beside it. */
  step<T>(label: string, work: () => Promise<T>): Promise<T>
  /** Asks a yes/no question; yes where nobody is there to answer. */
  confirm(question: string): Promise<boolean>
}

export function createTerminal(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  error: NodeJS.WriteStream,
  env: NodeJS.ProcessEnv,
): Terminal {
  const note = (line: string): void => void error.write(`${line}\n`)
  const mark = (sign: string, label: string, since: number, detail: string | undefined): void => {
    const seconds = ((performance.now() - since) / 1000).toFixed(2).padStart(6)
    note(`${sign} ${seconds} s  ${label}${detail === undefined ? '' : `: ${detail}`}`)
  }
  return {
    text: messagesFor(env),
    env,
    say: (line) => void output.write(`${line}\n`),
    note,
    async step(label, work) {
      const since = performance.now()
      try {
        const result = await work()
        mark('✔', label, since, typeof result === 'string' ? result : undefined)
        return result
      } catch (problem) {
        mark('✘', label, since, undefined)
        throw problem
      }
    },
    async confirm(question) {
      if (!input.isTTY || !error.isTTY) return true
      const reader = createInterface({ input, output: error })
      try {
        const answer = await reader.question(`${question} [Y/n] `)
        return /^(|y|yes|예|네)$/i.test(answer.trim())
      } finally {
        reader.close()
      }
    },
  }
}

/** Columns of text under a heading, as wide as they need to be; Korean letters take two cells. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heading.map((title, column) =>
    Math.max(...[heading, ...rows].map((row) => cells(row[column] ?? title))),
  )
  return [heading, ...rows].map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cells(cell))))
      .join('  ')
      .trimEnd(),
  )
}

function cells(text: string): number {
  return text.length + (text.match(/[\u1100-\u115f\u3000-\u9fff\uac00-\ud7a3\uff00-\uff60]/g)?.length ?? 0)
}
