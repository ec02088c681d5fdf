// A program of its own: a thread that hashes pieces of shared memory until it is ended. Its data is the algorithm's name.
import { createHash, type Hash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'

/** A piece for one of the hashes a thread keeps, by number; without bytes: the hash is over, and the answer is its digest. */
export type Piece = { readonly hash: number; readonly bytes: SharedArrayBuffer | null; readonly length: number }

/** The answer to a piece, in the order of the pieces: nothing, or the digest in hex. */
export type Done = string | null

const hashes = new Map<number, Hash>()

parentPort?.on('message', ({ hash, bytes, length }: Piece) => {
  const known = hashes.get(hash) ?? createHash(String(workerData))
  let done: Done = null
  if (bytes === null) {
    hashes.delete(hash)
    done = known.digest('hex')
  } else {
    hashes.set(hash, known)
    known.update(new Uint8Array(bytes, 0, length))
  }
  parentPort?.postMessage(done)
})
