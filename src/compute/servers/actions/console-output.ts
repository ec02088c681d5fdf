import { Type } from 'typebox'
import { notFound } from '#platform/errors.ts'
import type { Hosts } from '../../hosts.ts'
import { refOf } from '../spec.ts'
import { type Action, action } from './action.ts'

const body = Type.Object(
  {
    length: Type.Optional(
      Type.Union([Type.Integer({ minimum: -1 }), Type.String({ pattern: '^-?[0-9]+$', maxLength: 10 }), Type.Null()]),
    ),
  },
  { additionalProperties: false },
)

/** `os-getConsoleOutput`: the end of the serial console. */
export const consoleOutputAction = (hosts: Hosts): Action =>
  action({
    key: 'os-getConsoleOutput',
    status: 200,
    body,
    policy: 'os_compute_api:os-console-output',
    rule: {
      name: 'get_console_output',
      vmStates: ['active', 'stopped', 'paused', 'suspended', 'rescued', 'error', 'resized'],
      taskStates: undefined,
      evenLocked: true,
    },
    run: async (ctx, server, { length }) => {
      if (server.host === null) throw notFound(`Unable to get console log for instance ${server.id}: it is on no host.`)
      const lines = length === undefined || length === null || Number(length) < 0 ? null : Number(length)
      const output = await hosts.driverOf(server.host).consoleOutput(refOf(server), lines)
      ctx.log.debug({ server: server.id }, 'console output was read')
      // XML's forbidden characters are dropped, as Nova drops them.
      return { output: output.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD]/g, '') }
    },
  })
