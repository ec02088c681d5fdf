// Staged data lies with the controller that took it in. What another one is asked to do with it goes there, as the caller's own
// request; Glance does the same, with the same option.
import { CloudError } from '#platform/errors.ts'
import { detailed } from '../../errors.ts'
import type { ImageRow } from '../../images/store/tables.ts'

const ANSWER_WITHIN_MS = 60_000

/** A request of a caller for another controller. */
export type Forwarded = {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly token: string
  readonly body?: unknown
}

/** Who has staged data. */
export type StageHosts = {
  /** URL of this controller; null: it has none of its own, so the staging directory is everybody's. */
  readonly own: string | null
  /** The other controller that has staged data of the image. */
  readonly otherOf: (image: Pick<ImageRow, 'status' | 'stage_host'>) => string | undefined
  /** @throws CloudError of the status that came back; 504 where nobody is there, 502 where nothing comes back */
  readonly forward: (host: string, request: Forwarded) => Promise<void>
}

/** @param url `worker_self_reference_url`; empty: none */
export const createStageHosts = (url: string): StageHosts => {
  const own = url.replace(/\/+$/, '') || null
  return {
    own,
    otherOf: ({ status, stage_host: host }) => {
      const isStaged = status === 'uploading' || status === 'importing'
      return isStaged && host !== null && host !== own ? host : undefined
    },
    forward: async (host, { method, path, token, body }) => {
      const status = await statusOf(`${host}${path}`, {
        method,
        headers: { 'x-auth-token': token, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (status < 200 || status > 299) throw new CloudError('unavailable', '', { status })
    },
  }
}

const statusOf = async (url: string, request: RequestInit): Promise<number> => {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS)
  try {
    const answer = await fetch(url, { ...request, signal, redirect: 'manual' })
    await answer.body?.cancel()
    return answer.status
  } catch (cause) {
    throw detailed('unavailable', 'Stage host is unavailable', { status: signal.aborted ? 502 : 504, cause })
  }
}
