// Hashing keeps a core busy as long as receiving does: for large data it happens in threads, one for each algorithm, so that
// the two run beside each other and beside everything else this process serves. The threads end when nobody needs them.
import { Worker } from 'node:worker_threads'
import type { Done, Piece } from './thread.ts'

const IDLE_MS = 10_000
/** The bytes are not in the heap of the thread, so that it needs next to none. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 }

type Waiter = { readonly resolve: (done: Done) => void; readonly reject: (error: Error) => void }

/** A thread for one algorithm, and what waits for its answers, in order. */
class HashThread {
  readonly #worker: Worker
  readonly #waiters: Waiter[] = []
  readonly #onEnd: () => void
  #failure: Error | undefined
  #users = 0
  #idleTimer: NodeJS.Timeout | undefined

  /** `onEnd` is called when nobody may begin a hash here any more. */
  constructor(algorithm: string, onEnd: () => void) {
    this.#onEnd = onEnd
    this.#worker = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: algorithm,
      resourceLimits: LIMITS,
    })
    this.#worker.on('message', (done: Done) => this.#waiters.shift()?.resolve(done))
    const fail = (error: Error) => {
      this.#failure ??= error
      onEnd()
      for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
    }
    this.#worker.on('error', fail)
    this.#worker.on('exit', () => fail(new Error(`the thread for ${algorithm} has ended`)))
  }

  /** Settles once the piece is hashed and its bytes may be used again. */
  send(piece: Piece): Promise<Done> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      this.#worker.postMessage(piece)
    })
  }

  /** Keeps the thread, and with it this process, until it is let go. */
  keep(): void {
    clearTimeout(this.#idleTimer)
    this.#users += 1
    this.#worker.ref()
  }

  /** The last one to let go leaves a thread that ends when it has been idle, and that no longer keeps this process from ending. */
  letGo(): void {
    this.#users -= 1
    if (this.#users > 0) return
    this.#worker.unref()
    this.#idleTimer = setTimeout(() => {
      this.#onEnd()
      void this.#worker.terminate()
    }, IDLE_MS)
    this.#idleTimer.unref()
  }
}

const threads = new Map<string, HashThread>()
let lastHash = 0

const threadFor = (algorithm: string): HashThread => {
  const known = threads.get(algorithm)
  if (known !== undefined) return known
  const thread: HashThread = new HashThread(algorithm, () => {
    if (threads.get(algorithm) === thread) threads.delete(algorithm)
  })
  threads.set(algorithm, thread)
  return thread
}

/** One hash in a thread. Must be closed. */
export type Hasher = {
  /** Settles once the bytes may be used again. */
  readonly update: (bytes: SharedArrayBuffer, length: number) => Promise<unknown>
  /** The digest of all pieces in hex. */
  readonly digest: () => Promise<string>
  /** Lets go of the thread. */
  readonly close: () => void
}

/** Begins a hash in the thread of its algorithm. */
export const openHasher = (algorithm: 'md5' | 'sha512'): Hasher => {
  const thread = threadFor(algorithm)
  lastHash += 1
  const hash = lastHash
  let isOver = false
  thread.keep()
  const digest = async (): Promise<string> => {
    isOver = true
    return (await thread.send({ hash, bytes: null, length: 0 })) ?? ''
  }
  return {
    update: (bytes, length) => thread.send({ hash, bytes, length }),
    digest,
    close: () => {
      // A hash that was broken off must not stay in the thread's memory.
      if (!isOver) digest().catch(() => undefined)
      thread.letGo()
    },
  }
}
