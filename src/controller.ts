// The controller: every API, the work engine and their database, in one process that runs until it is told to end.
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { openBus } from '#platform/bus/open.ts'
import { systemClock } from '#platform/clock.ts'
import type { Config } from '#platform/config.ts'
import { openDb } from '#platform/db/open.ts'
import { createLog } from '#platform/log.ts'
import { forgetStart } from '#platform/memory.ts'
import type { Metrics } from '#platform/metrics/metrics.ts'
import { createRuntime } from '#platform/runtime.ts'
import { createCloud } from './cloud.ts'
import { operatorAddress } from './operator/door.ts'

/** Runs a controller until SIGTERM or SIGINT. */
export async function runController(config: Config): Promise<void> {
  mkdirSync(join(config.state, 'run'), { recursive: true })
  const log = createLog(config.log_level)
  const db = await openDb(config.database, join(config.state, 'haneul.sqlite'))
  const bus = await openBus(config, log)
  const runtime = createRuntime({ config, clock: systemClock, log, db, bus })
  const { services, authenticate, operator } = createCloud(runtime.platform, runtime.context)
  await runtime.start(services, authenticate)
  await bus.serve(operatorAddress, operator)
  const metrics = await serveMetrics(runtime.platform.metrics, config.metrics_port)
  forgetStart()
  log.info({ services: services.map((service) => service.api.type) }, 'the controller is ready')
  await toldToEnd()
  log.info('the controller ends')
  metrics.close()
  await runtime.stop()
  await bus.close()
  await db.close()
}

/** Prometheus metrics, on loopback only: they name routes and counts, nothing secret, but they are nobody else's business. */
async function serveMetrics(metrics: Metrics, port: number) {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') return response.writeHead(404).end()
    return response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics.render())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return server
}

const toldToEnd = () =>
  new Promise<void>((resolve) => {
    process.once('SIGTERM', () => resolve())
    process.once('SIGINT', () => resolve())
  })
