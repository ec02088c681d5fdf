import type { Ctx } from '#platform/context.ts'
import type { WithMembers } from './operations.ts'

/** A group; one policy and its rules from 2.64 on, a list of policies before. */
export const viewServerGroup = (ctx: Ctx, { row, members }: WithMembers) => ({
  id: row.id,
  name: row.name,
  ...(ctx.version >= 64
    ? {
        policy: row.policy,
        rules: row.max_server_per_host === null ? {} : { max_server_per_host: row.max_server_per_host },
      }
    : { policies: [row.policy], metadata: {} }),
  members,
  ...(ctx.version >= 13 ? { project_id: row.project_id, user_id: row.user_id } : {}),
})
