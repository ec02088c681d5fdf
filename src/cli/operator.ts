// Asks the running controller, over the bus that its agents use.
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { socketAnswers } from '#lib/exec/socket.ts'
import type { Bus } from '#platform/bus/bus.ts'
import { joinBus } from '#platform/bus/open.ts'
import { readConfig } from '#platform/config.ts'
import { CloudError } from '#platform/errors.ts'
import { createLog } from '#platform/log.ts'
import { operatorAddress } from '../operator/door.ts'
import type { StatePaths } from './state/paths.ts'
import { CommandError, type Terminal } from './terminal.ts'

const timeoutMs = 300_000
const joinMs = 3000

/** Calls a method of the operator's door and checks the reply. @throws CommandError where no controller answers */
export async function askController<T extends TSchema>(
  paths: StatePaths,
  terminal: Terminal,
  method: string,
  args: unknown,
  reply: T,
  patienceMs = timeoutMs,
): Promise<Static<T>> {
  const config = readConfig(paths.directory)
  const socket = path.join(paths.run, 'bus.sock')
  if (config.bus === '' && !(await socketAnswers(socket))) throw new CommandError(terminal.text.noController)
  const log = createLog('error')
  const bus = await joinBus(config, log)
  try {
    const answer = await callOnceJoined(bus, method, args, patienceMs)
    if (!Value.Check(reply, answer)) throw new CommandError(terminal.text.noController)
    return answer
  } catch (error) {
    if (error instanceof CloudError) throw new CommandError(`${terminal.text.noController} (${error.message})`)
    throw error
  } finally {
    await bus.close()
  }
}

/** The hub is joined a moment after it was asked for. */
async function callOnceJoined(bus: Bus, method: string, args: unknown, patienceMs: number): Promise<unknown> {
  const deadline = performance.now() + joinMs
  for (;;) {
    try {
      return await bus.call(operatorAddress, method, args, { timeoutMs: patienceMs })
    } catch (error) {
      const joining = error instanceof CloudError && error.kind === 'unavailable' && performance.now() < deadline
      if (!joining) throw error
      await sleep(20)
    }
  }
}
