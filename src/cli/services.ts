/** The API services a controller serves, on OpenStack's usual ports. `health` is a path that answers without a token. */
export const services = [
  { name: 'keystone', type: 'identity', port: 5000, path: '/v3', health: '/healthcheck' },
  { name: 'glance', type: 'image', port: 9292, path: '', health: '/' },
  { name: 'placement', type: 'placement', port: 8778, path: '', health: '/' },
  { name: 'nova', type: 'compute', port: 8774, path: '/v2.1', health: '/' },
  { name: 'neutron', type: 'network', port: 9696, path: '', health: '/' },
] as const

export type Service = (typeof services)[number]

/** An address as it stands in a URL. */
export function urlHost(address: string): string {
  return address.includes(':') ? `[${address}]` : address
}

/** The URL users know a service by. */
export function serviceUrl(service: Service, address: string): string {
  return `http://${urlHost(address)}:${service.port}${service.path}`
}

/** Whether the service answers at all; a version document (300) is a healthy answer, a 5xx is not. */
export async function isHealthy(service: Service, address: string, timeoutMs = 2000): Promise<boolean> {
  try {
    const response = await fetch(`http://${urlHost(address)}:${service.port}${service.health}`, {
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'manual',
    })
    await response.body?.cancel()
    return response.status < 500
  } catch {
    return false
  }
}
