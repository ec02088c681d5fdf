// Tokens that rest on rights that were lent: what is left of the loan is looked up whenever such a token is read.

import type { Delegation } from '#platform/auth/caller.ts'
import type { Ctx } from '#platform/context.ts'
import { forbidden, notFound, unauthorized } from '#platform/errors.ts'
import { withParts } from '../../application-credentials/operations/read.ts'
import { findApplicationCredential } from '../../application-credentials/store.ts'
import { resolveAllRoles, resolveRoles } from '../../assignments/operations/resolve.ts'
import { withImplied } from '../../assignments/rules.ts'
import { forbiddenSilently, notFoundIn } from '../../errors.ts'
import { listGroupIdsOfUser } from '../../groups/store.ts'
import { rolesOf } from '../../oauth1/operations/grant.ts'
import { findAccessGrant } from '../../oauth1/store.ts'
import { findProject } from '../../projects/store.ts'
import { listImplications } from '../../roles/store.ts'
import { pedigree } from '../../trusts/operations/write.ts'
import { findTrust } from '../../trusts/store.ts'
import type { User } from '../../users/store.ts'
import type { TokenScope } from '../payloads.ts'
import type { RoleRef } from './describe.ts'

/** What was lent, to whom it counts for, and how long. */
export type Loan = {
  /** Whom the token speaks for. */
  readonly userId: string
  readonly roles: readonly RoleRef[]
  readonly delegation: Delegation
  /** Milliseconds since 1970. */
  readonly until: number | null
  readonly otherUserIds: readonly string[]
  /** Attributes that the token's body has beside the usual ones. */
  readonly body: Readonly<Record<string, unknown>>
}

/** The loan a token of this scope rests on; undefined for others. @throws unauthorized, forbidden, notFound where it is over */
export async function findLoan(ctx: Ctx, scope: TokenScope, holder: User): Promise<Loan | undefined> {
  if (scope.kind === 'application_credential') return findProgramLoan(ctx, scope.applicationCredentialId, holder)
  if (scope.kind === 'trust') return findTrustLoan(ctx, scope.trustId, holder)
  if (scope.kind === 'oauth1') return findConsumerLoan(ctx, scope.accessTokenId, holder)
  return undefined
}

async function findProgramLoan(ctx: Ctx, id: string, holder: User): Promise<Loan> {
  const credential = await findApplicationCredential(ctx, id)
  if (credential?.userId !== holder.id) throw notFoundIn('Application Credential', id)
  const until = credential.expiresAt === null ? null : Math.floor(credential.expiresAt / 1000)
  if (until !== null && until <= ctx.now) throw unauthorized(`The application credential ${id} has expired.`)
  const project = await findProject(ctx, credential.projectId)
  if (!project) throw notFoundIn('project', credential.projectId)
  const actors = { users: [holder.id], groups: await listGroupIdsOfUser(ctx, holder.id) }
  const lent = new Set(credential.roleIds)
  const roles = (await resolveRoles(ctx, actors, { kind: 'project', project })).filter((role) => lent.has(role.id))
  if (roles.length === 0) throw unauthorized(`User ${holder.id} has no access to project ${project.id}`)
  const [full] = await withParts(ctx, [credential])
  const rules = full?.rules ?? null
  return {
    userId: holder.id,
    roles: roles.map(({ id: roleId, name }) => ({ id: roleId, name })),
    delegation: { kind: 'application_credential', id, unrestricted: credential.unrestricted, accessRules: rules },
    until,
    otherUserIds: [],
    body: {
      application_credential: {
        id,
        name: credential.name,
        restricted: !credential.unrestricted,
        ...(rules
          ? {
              access_rules: rules.map(({ id: ruleId, service, path, method }) => ({
                id: ruleId,
                service,
                path,
                method,
              })),
            }
          : {}),
      },
    },
  }
}

async function findConsumerLoan(ctx: Ctx, id: string, holder: User): Promise<Loan> {
  const access = await findAccessGrant(ctx, id)
  if (access?.userId !== holder.id) throw notFound('Access token not found')
  if (access.expiresAt <= ctx.now) throw unauthorized(`The access token ${id} has expired.`)
  const lent = withImplied(access.roleIds, await listImplications(ctx))
  const roles = (await rolesOf(ctx, holder.id, access.projectId)).filter((role) => lent.has(role.id))
  if (roles.length === 0) throw unauthorized(`User ${holder.id} has no access to project ${access.projectId}`)
  return {
    userId: holder.id,
    roles: roles.map(({ id: roleId, name }) => ({ id: roleId, name })),
    delegation: { kind: 'oauth1', id, unrestricted: false, accessRules: null },
    until: access.expiresAt,
    otherUserIds: [],
    body: { 'OS-OAUTH1': { access_token_id: id, consumer_id: access.consumerId } },
  }
}

async function findTrustLoan(ctx: Ctx, id: string, holder: User): Promise<Loan> {
  const trust = await findTrust(ctx, id, ctx.now)
  if (!trust) throw notFoundIn('trust', id)
  if (trust.trusteeId !== holder.id) throw forbiddenSilently()
  const chain = await pedigree(ctx, trust)
  const lender = chain.at(-1)?.trustorId ?? trust.trustorId
  return {
    userId: trust.impersonation ? trust.trustorId : trust.trusteeId,
    roles: trust.projectId === null ? [] : await trustRoles(ctx, trust.roleIds, lender, trust.projectId),
    delegation: { kind: 'trust', id, unrestricted: false, accessRules: null },
    until: trust.expiresAt === null ? null : Math.floor(trust.expiresAt / 1000),
    otherUserIds: [...new Set(chain.flatMap(({ trustorId, trusteeId }) => [trustorId, trusteeId]))],
    body: {
      'OS-TRUST:trust': {
        id,
        trustor_user: { id: trust.trustorId },
        trustee_user: { id: trust.trusteeId },
        impersonation: trust.impersonation,
      },
    },
  }
}

/** What was lent and all that it implies; the lender must still have every one of them. */
async function trustRoles(ctx: Ctx, roleIds: readonly string[], lender: string, projectId: string): Promise<RoleRef[]> {
  const project = await findProject(ctx, projectId)
  if (!project) throw notFound(`Could not find project: ${projectId}.`)
  const actors = { users: [lender], groups: await listGroupIdsOfUser(ctx, lender) }
  const own = new Map((await resolveAllRoles(ctx, actors, { kind: 'project', project })).map((role) => [role.id, role]))
  const lent = [...withImplied(roleIds, await listImplications(ctx))].sort()
  return lent.flatMap((roleId) => {
    const role = own.get(roleId)
    if (!role) throw forbidden('Trustee has no delegated roles.')
    return role.domainId === null ? [{ id: role.id, name: role.name }] : []
  })
}
