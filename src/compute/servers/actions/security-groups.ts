import type { NetworkDoor } from '../../doors.ts'
import { addToServer, removeFromServer } from '../../security-groups/operations.ts'
import { groupOfServer } from '../../security-groups/schemas.ts'
import { type Action, action } from './action.ts'

const states = {
  vmStates: ['active', 'paused', 'suspended', 'stopped', 'rescued', 'error'],
  taskStates: undefined,
} as const

/** Adds or takes a security group, on all ports of the server. The network tells of the change, and the server's own record follows. */
export const securityGroupActions = (network: NetworkDoor): readonly Action[] => [
  action({
    key: 'addSecurityGroup',
    body: groupOfServer,
    policy: 'os_compute_api:os-security-groups:add',
    rule: { name: 'add_security_group', ...states },
    run: (ctx, server, { name }) => addToServer(ctx, network, server.id, name),
  }),
  action({
    key: 'removeSecurityGroup',
    body: groupOfServer,
    policy: 'os_compute_api:os-security-groups:remove',
    rule: { name: 'remove_security_group', ...states },
    run: (ctx, server, { name }) => removeFromServer(ctx, network, server.id, name),
  }),
]
