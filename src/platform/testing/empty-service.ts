import { internal } from '../errors.ts'
import type { Service } from '../http/service.ts'
import { renderKeystone } from '../http/wire.ts'

/** A service without routes: what a test of the platform starts from. */
export const identityLike: Service = {
  api: {
    type: 'identity',
    name: 'keystone',
    port: 0,
    catalogPath: '/v3',
    wire: {
      render: renderKeystone,
      forbidden: internal,
      invalid: ({ message }) => internal(message),
      malformed: (reason) => internal(reason),
    },
    routes: [],
  },
  rules: [],
  migrations: { service: 'test', list: [] },
  sagas: [],
  reconcilers: [],
}
