/** Nova's quotas and their defaults. Memory in MiB. Source: nova/conf/quota.py. */
export const defaultQuotas = {
  instances: 10,
  cores: 20,
  ram: 51_200,
  metadata_items: 128,
  injected_files: 5,
  injected_file_content_bytes: 10_240,
  injected_file_path_bytes: 255,
  key_pairs: 100,
  server_groups: 10,
  server_group_members: 10,
} as const

export type QuotaName = keyof typeof defaultQuotas
export type Quotas = Readonly<Record<QuotaName, number>>

export const isQuotaName = (name: string): name is QuotaName => name in defaultQuotas

/** Whether a limit holds; -1 is no limit. */
export const fits = (limit: number, wanted: number): boolean => limit < 0 || wanted <= limit
