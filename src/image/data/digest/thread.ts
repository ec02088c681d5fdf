// What runs in a thread that hashes. The text of this function is the whole program of the thread, so that it needs no file
// of its own beside a bundle: nothing outside the function exists there.

/** A piece for one of the hashes a thread keeps, by number; `isLast`: the answer is the digest. */
export type Piece = {
  readonly hash: number
  readonly bytes: SharedArrayBuffer
  readonly length: number
  readonly isLast: boolean
}

/** The answer to a piece, in the order of the pieces. */
export type Done = { readonly hash: number; readonly digest: string | null }

/** Hashes pieces until the thread is ended. */
export function hashPieces(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { createHash } = process.getBuiltinModule('node:crypto')
  const hashes = new Map<number, ReturnType<typeof createHash>>()
  parentPort?.on('message', ({ hash, bytes, length, isLast }: Piece) => {
    const known = hashes.get(hash) ?? createHash(String(workerData))
    known.update(new Uint8Array(bytes, 0, length))
    if (isLast) hashes.delete(hash)
    else hashes.set(hash, known)
    const done: Done = { hash, digest: isLast ? known.digest('hex') : null }
    parentPort.postMessage(done)
  })
}
