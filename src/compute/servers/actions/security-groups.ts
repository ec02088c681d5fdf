import type { ComputeDoors } from '../../doors.ts'
import { addToServer, removeFromServer } from '../../security-groups/operations.ts'
import { groupOfServer } from '../../security-groups/schemas.ts'
import { refreshCards } from '../cards.ts'
import { type Action, action } from './action.ts'

const states = {
  vmStates: ['active', 'paused', 'suspended', 'stopped', 'rescued', 'error'],
  taskStates: undefined,
} as const

/** Adds or takes a security group, on all ports of the server. */
export const securityGroupActions = (doors: ComputeDoors): readonly Action[] => [
  action({
    key: 'addSecurityGroup',
    body: groupOfServer,
    policy: 'os_compute_api:os-security-groups:add',
    rule: { name: 'add_security_group', ...states },
    run: async (ctx, { id }, { name }) => {
      await addToServer(ctx, doors.network, id, name)
      await refreshCards(ctx, doors, id)
    },
  }),
  action({
    key: 'removeSecurityGroup',
    body: groupOfServer,
    policy: 'os_compute_api:os-security-groups:remove',
    rule: { name: 'remove_security_group', ...states },
    run: async (ctx, { id }, { name }) => {
      await removeFromServer(ctx, doors.network, id, name)
      await refreshCards(ctx, doors, id)
    },
  }),
]
