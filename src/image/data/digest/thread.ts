// A program of its own: a thread that hashes pieces of shared memory until it is ended. Its data is the algorithm's name.
import { createHash, type Hash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

/** A piece for one of the hashes a thread keeps, by number; `isLast`: the answer is the digest. */
export type Piece = {
  readonly hash: number
  readonly bytes: SharedArrayBuffer
  readonly length: number
  readonly isLast: boolean
}

/** The answer to a piece, in the order of the pieces. */
export type Done = { readonly hash: number; readonly digest: string | null }

const hashes = new Map<number, Hash>()

parentPort?.on('message', ({ hash, bytes, length, isLast }: Piece) => {
  const known = hashes.get(hash) ?? createHash(String(workerData))
  known.update(new Uint8Array(bytes, 0, length))
  if (isLast) hashes.delete(hash)
  else hashes.set(hash, known)
  const done: Done = { hash, digest: isLast ? known.digest('hex') : null }
  parentPort?.postMessage(done)
})
