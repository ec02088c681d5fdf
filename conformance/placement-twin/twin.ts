// Two services that are to answer alike: every request goes to both, and what differs is kept.
import { essence, type Question, type Reply, send, type Side } from './exchange.ts'

/** Compares one service with another. */
export type Twin = {
  /** Asks both at microversion 1.`minor` and gives the model's answer. */
  readonly ask: (minor: number, question: Question) => Promise<Reply>
  /** What differed since the last call, and how many requests were compared. */
  readonly verdict: () => { readonly compared: number; readonly differences: readonly string[] }
}

/** @param model the one that is right */
export function createTwin(ours: Side, model: Side): Twin {
  let compared = 0
  let differences: string[] = []
  const at = (minor: number, question: Question): Question => ({
    ...question,
    headers: { 'openstack-api-version': `placement 1.${minor}`, ...question.headers },
  })
  return {
    ask: async (minor, question) => {
      const asked = at(minor, question)
      const [mine, theirs] = await Promise.all([send(ours, asked), send(model, asked)])
      compared += 1
      const [got, wanted] = [essence(mine, ours, theirs), essence(theirs, model, theirs)]
      // Where Placement itself fails there is nothing to learn.
      if (got !== wanted && theirs.status < 500) differences.push(describe(minor, question, got, wanted))
      return theirs
    },
    verdict: () => {
      const result = { compared, differences }
      compared = 0
      differences = []
      return result
    },
  }
}

const numbersTo = (end: number): number[] => [...Array.from({ length: end }).keys()]

/** The request and the lines that are not alike. */
function describe(minor: number, { method, path, body, headers }: Question, got: string, wanted: string): string {
  const [mine, theirs] = [got.split('\n'), wanted.split('\n')]
  const lines = numbersTo(Math.max(mine.length, theirs.length)).flatMap((at) =>
    theirs[at] === mine[at] ? [] : [`  placement: ${theirs[at]}`, `  here:      ${mine[at]}`],
  )
  const sent = body === undefined ? '' : ` ${JSON.stringify(body).slice(0, 300)}`
  const extra = headers === undefined ? '' : ` ${JSON.stringify(headers)}`
  return [`1.${minor} ${method} ${path}${sent}${extra}`, ...lines].join('\n')
}
