import type { ImageStatus } from '../store/tables.ts'

/** Where an image may go from where it is. Source: glance/domain/__init__.py. */
const targets: Readonly<Record<ImageStatus, readonly ImageStatus[]>> = {
  queued: ['saving', 'uploading', 'importing', 'active'],
  saving: ['active', 'queued'],
  uploading: ['importing', 'queued'],
  importing: ['active', 'queued'],
  active: ['deactivated'],
  deactivated: ['active'],
}

/** Glance's words where the image may not go there; undefined where it may. */
export const transitionProblem = (from: ImageStatus, to: ImageStatus): string | undefined =>
  targets[from].includes(to) ? undefined : `Image status transition from ${from} to ${to} is not allowed`

type Formats = { readonly disk_format: string | null; readonly container_format: string | null }

/** Glance's words where data cannot be saved yet because a format is not known; undefined where it can. */
export const formatProblem = (image: Formats): string | undefined => {
  const missing = [
    ...(image.disk_format ? [] : ['disk_format']),
    ...(image.container_format ? [] : ['container_format']),
  ]
  if (missing.length === 0) return undefined
  return `${missing.length === 1 ? 'Property' : 'Properties'} ${missing.join(', ')} must be set prior to saving data.`
}
