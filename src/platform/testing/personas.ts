// The callers that access rules are tried with: OpenStack's personas in each scope, a stranger's project, and nobody.
import { type Caller, nobody } from '../auth/caller.ts'

const person = (name: string, roles: readonly string[], scope: Partial<Caller>): Caller => ({
  ...nobody,
  userId: `${name}-user-id`,
  userName: name,
  userDomainId: 'default',
  userDomainName: 'Default',
  roles,
  ...scope,
})
const inProject = (id: string) => ({
  projectId: id,
  projectName: id,
  projectDomainId: 'default',
  projectDomainName: 'Default',
})
const system = { systemScope: 'all' as const }
const inDomain = { domainId: 'default', domainName: 'Default' }

const admin = ['admin', 'manager', 'member', 'reader']
const manager = ['manager', 'member', 'reader']
const member = ['member', 'reader']
const reader = ['reader']

/** Project of most personas, and the one of those who are strangers to it. */
export const ourProject = 'our-project-id'
export const otherProject = 'other-project-id'

/** Persona by name; the name is its token in tests. */
export const personas = {
  admin: person('admin', admin, inProject(ourProject)),
  manager: person('manager', manager, inProject(ourProject)),
  member: person('member', member, inProject(ourProject)),
  reader: person('reader', reader, inProject(ourProject)),
  service: person('service', ['service'], inProject(ourProject)),
  'other-admin': person('other-admin', admin, inProject(otherProject)),
  'other-member': person('other-member', member, inProject(otherProject)),
  'other-reader': person('other-reader', reader, inProject(otherProject)),
  'system-admin': person('system-admin', admin, system),
  'system-member': person('system-member', member, system),
  'system-reader': person('system-reader', reader, system),
  'domain-admin': person('domain-admin', admin, inDomain),
  'domain-manager': person('domain-manager', manager, inDomain),
  'domain-reader': person('domain-reader', reader, inDomain),
  unscoped: person('unscoped', [], {}),
} as const satisfies Readonly<Record<string, Caller>>

export type Persona = keyof typeof personas

const byToken: ReadonlyMap<string, Caller> = new Map(Object.entries(personas))

/** Takes a persona's name for its token. */
export const authenticatePersona = (token: string): Caller | null => byToken.get(token) ?? null
