// Random bytes by the handful. To ask the system for sixteen of them takes as long as half a token's encryption; a pool asks for thousands at once.
import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(4096)
let at = pool.length

/** `count` random bytes (at most 4096), fit for keys and nonces. What was handed out is wiped from the pool. */
export function randomHandful(count: number): Buffer {
  if (count > pool.length) throw new RangeError(`${count} bytes are no handful`)
  if (at + count > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const bytes = Buffer.from(pool.subarray(at, at + count))
  pool.fill(0, at, at + count)
  at += count
  return bytes
}
