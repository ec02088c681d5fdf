/** What is counted, and how much of it a project has unless told otherwise; -1 is no limit. Source: neutron/conf/quota.py. */
export const DEFAULT_QUOTAS = {
  network: 100,
  subnet: 100,
  subnetpool: -1,
  port: 500,
  router: 10,
  floatingip: 50,
  rbac_policy: 10,
  security_group: 10,
  security_group_rule: 100,
} as const

export type QuotaResource = keyof typeof DEFAULT_QUOTAS

export const QUOTA_RESOURCES: readonly QuotaResource[] = [
  'network',
  'subnet',
  'subnetpool',
  'port',
  'router',
  'floatingip',
  'rbac_policy',
  'security_group',
  'security_group_rule',
]

export const isQuotaResource = (name: string): name is QuotaResource => name in DEFAULT_QUOTAS
