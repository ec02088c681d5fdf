// One HAProxy a network, inside its namespace, handing what guests ask to this host's agent over a unix socket.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync, closeSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { findProcesses } from '#lib/exec/processes.ts'
import { insideNamespace } from './namespace.ts'
import { networkHeader, proxyGroup } from './server.ts'

/** The configuration of a network's proxy. It sets both headers itself, so that none a guest sent remains. */
export function haproxyConfig(networkId: string, socket: string): string {
  return `global
    log stderr format raw local0 warning
    user ${proxyGroup}
    group ${proxyGroup}
    nbthread 1
    maxconn 1024

defaults
    log global
    mode http
    option httpclose
    timeout connect 10s
    timeout client 30s
    timeout server 30s
    timeout http-request 30s

listen metadata
    bind 169.254.169.254:80
    http-request set-header ${networkHeader} ${networkId}
    http-request set-header X-Forwarded-For %[src]
    server agent ${socket}
`
}

export type Proxies = {
  /** Starts a network's proxy unless it runs. `onEnd` is told when it ends by itself. */
  readonly ensure: (networkId: string, onEnd: () => void) => void
  readonly stop: (networkId: string) => Promise<void>
  /** Ends the proxies that an agent before us left; the networks they served. */
  readonly stopLeftovers: () => Promise<string[]>
}

/** @param directory where configurations and logs are kept; a file there is the mark of a proxy we made */
export function createProxies(directory: string, socket: string): Proxies {
  mkdirSync(directory, { recursive: true, mode: 0o711 })
  const running = new Map<string, ChildProcess>()
  const configFile = (networkId: string): string => path.join(directory, `${networkId}.conf`)

  const stop: Proxies['stop'] = async (networkId) => {
    const child = running.get(networkId)
    running.delete(networkId)
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      const forced = setTimeout(() => child.kill('SIGKILL'), 3000)
      await ended
      clearTimeout(forced)
    }
    rmSync(configFile(networkId), { force: true })
    rmSync(path.join(directory, `${networkId}.log`), { force: true })
  }

  return {
    ensure: (networkId, onEnd) => {
      if (running.has(networkId)) return
      writeFileSync(configFile(networkId), haproxyConfig(networkId, socket))
      const log = openSync(path.join(directory, `${networkId}.log`), 'a', 0o640)
      const [program, ...args] = insideNamespace(networkId)
      const child = spawn(program, [...args, 'haproxy', '-db', '-f', configFile(networkId)], {
        stdio: ['ignore', log, log],
      })
      closeSync(log)
      running.set(networkId, child)
      const ended = (): void => {
        if (running.get(networkId) !== child) return
        running.delete(networkId)
        onEnd()
      }
      child.once('error', ended)
      child.once('exit', ended)
    },
    stop,
    stopLeftovers: async () => {
      const left = readdirSync(directory).flatMap((file) => /^([0-9a-f-]{36})\.conf$/.exec(file)?.[1] ?? [])
      for (const networkId of left) {
        const file = configFile(networkId)
        for (const { pid } of await findProcesses(
          (argv) => /(^|\/)haproxy$/.test(argv[0] ?? '') && argv.includes(file),
        )) {
          process.kill(pid, 'SIGKILL')
        }
        await stop(networkId)
      }
      return left
    },
  }
}
