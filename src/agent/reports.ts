import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GuestState, Hypervisor } from '#compute/drivers/driver.ts'
import type { Desk } from './desk.ts'
import { messageOf } from '#platform/errors.ts'
import type { Log } from '#platform/log.ts'

/** Nova's report_interval. */
const intervalMs = 10_000
/** How soon a report that nobody took is made again: a controller that starts should not wait for its hosts. */
const retryMs = 1000

/** Tells the controllers what this host has, again and again until the signal: each report is a sign of life. */
export async function keepReporting(hypervisor: Hypervisor, desk: Desk, log: Log, signal: AbortSignal): Promise<void> {
  let wasTaken: boolean | undefined
  while (!signal.aborted) {
    const taken = await report(hypervisor, desk, log, wasTaken !== false)
    if (taken && wasTaken !== true) log.info('the controller knows this host')
    wasTaken = taken
    await sleep(taken ? intervalMs : retryMs, undefined, { signal }).catch(() => undefined)
  }
}

async function report(hypervisor: Hypervisor, desk: Desk, log: Log, complain: boolean): Promise<boolean> {
  try {
    await desk.report(await hypervisor.facts(), digestOf(await hypervisor.list()))
    return true
  } catch (error) {
    if (complain) log.warn({ err: messageOf(error) }, 'a report was not taken')
    return false
  }
}

/** Short, and the same for the same guests in the same states. */
function digestOf(guests: readonly GuestState[]): string {
  const lines = guests.map(({ id, power }) => `${id} ${power}`).sort()
  return createHash('sha1').update(lines.join('\n')).digest('hex')
}
