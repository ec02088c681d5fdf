import { randomUUID } from 'node:crypto'

/** A random UUID with dashes: the ids of Nova, Neutron, Glance and Placement. */
export const newUuid = (): string => randomUUID()

/** A random UUID in 32 hex digits: the ids of Keystone. */
export const newHexId = (): string => randomUUID().replaceAll('-', '')

/** A fresh request id, `req-<uuid>`. */
export const newRequestId = (): string => `req-${randomUUID()}`

const uuidPattern = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** Whether the text is a UUID, with or without dashes. */
export const isUuid = (text: string): boolean => uuidPattern.test(text)
