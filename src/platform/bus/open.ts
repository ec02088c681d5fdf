// The bus that is configured: RabbitMQ, whose client is loaded only then, or the hub in the controller.
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { Log } from '../log.ts'
import type { Bus } from './bus.ts'
import { joinHub } from './client.ts'
import { createHub } from './hub.ts'

const socketOf = (config: Config): string => join(config.state, 'run', 'bus.sock')

const connect = async (config: Config, log: Log): Promise<Bus> =>
  (await import('./rabbitmq.ts')).connectRabbitmq(config.bus, log)

/** The bus as a controller opens it, who holds the hub. */
export const openBus = async (config: Config, log: Log): Promise<Bus> =>
  config.bus === '' ? createHub(socketOf(config)) : connect(config, log)

/** The bus as everybody else joins it. */
export const joinBus = async (config: Config, log: Log): Promise<Bus> =>
  config.bus === '' ? joinHub(socketOf(config), log) : connect(config, log)
