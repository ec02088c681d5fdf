import { CloudError, messageOf } from '../errors.ts'
import type { Failure } from './saga.ts'

/** Why a step failed, in words for the user. */
export const failureOf = (step: string, error: unknown): Failure => ({
  step,
  message: messageOf(error),
  status: error instanceof CloudError ? error.status : 500,
})

/** A failure as it was saved. */
export function parseFailure(text: string): Failure {
  const value: unknown = JSON.parse(text)
  const read = (key: string): unknown =>
    typeof value === 'object' && value !== null ? Object.entries(value).find(([k]) => k === key)?.[1] : undefined
  return { step: String(read('step')), message: String(read('message')), status: Number(read('status')) }
}
