import type { RuleDefault } from '#platform/policy/enforcer.ts'

/** Rules that the rules of the resources refer to. Source: glance/policies/base.py. */
export const baseRules: readonly RuleDefault[] = [
  { name: 'default', check: '', description: 'Whatever no other rule names.' },
  { name: 'context_is_admin', check: 'role:admin', description: 'An administrator.' },
  { name: 'service_api', check: 'role:service or role:admin', description: 'A service of the cloud.' },
]

const ADMIN = 'rule:context_is_admin'
const OWNER = 'role:member and project_id:%(project_id)s'
const VISIBLE =
  "project_id:%(project_id)s or project_id:%(member_id)s or 'community':%(visibility)s or " +
  "'public':%(visibility)s or 'shared':%(visibility)s"

/** Checks by whom they let in, as the rules of several resources use them. */
export const checks = {
  admin: ADMIN,
  owner: `${ADMIN} or (${OWNER})`,
  creator: `${ADMIN} or (${OWNER} and project_id:%(owner)s)`,
  lister: `${ADMIN} or (role:reader and project_id:%(project_id)s)`,
  serviceOrCreator: `rule:service_api or (${OWNER} and project_id:%(owner)s)`,
  viewer: `${ADMIN} or (role:reader and (${VISIBLE}))`,
  downloader: `${ADMIN} or (role:member and (${VISIBLE}))`,
  sharer: `${ADMIN} or role:reader and (project_id:%(project_id)s or project_id:%(member_id)s)`,
  member: `${ADMIN} or (role:member and project_id:%(member_id)s)`,
} as const

/** A rule for tokens of a project, as all of Glance's are. */
export const imageRule = (name: string, check: string, description: string): RuleDefault => ({
  name,
  check,
  scopes: ['project'],
  description,
})
