import type { HostConfig } from './state/config-file.ts'

/** The API services a controller serves, on OpenStack's usual ports. Each answers `/healthcheck` without a token. */
export const services = [
  { name: 'keystone', type: 'identity', port: 5000, path: '/v3' },
  { name: 'glance', type: 'image', port: 9292, path: '' },
  { name: 'placement', type: 'placement', port: 8778, path: '' },
  { name: 'neutron', type: 'network', port: 9696, path: '' },
  { name: 'nova', type: 'compute', port: 8774, path: '/v2.1' },
] as const

export type Service = (typeof services)[number]

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** The port of a service: OpenStack's usual one unless the operator chose another. */
export function portOf(service: Service, config: HostConfig): number {
  return config.ports[service.type] ?? service.port
}

/** The URL users know a service by. */
export function serviceUrl(service: Service, config: HostConfig): string {
  return `http://${urlHost(config.address)}:${portOf(service, config)}${service.path}`
}

/** Whether the service answers. */
export async function isHealthy(service: Service, config: HostConfig, timeoutMs = 2000): Promise<boolean> {
  try {
    const url = `http://${urlHost(config.address)}:${portOf(service, config)}/healthcheck`
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
