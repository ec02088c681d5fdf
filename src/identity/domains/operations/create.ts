import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { newHexId } from '#platform/ids.ts'
import { flagOf, mergeOptions, otherAttributes } from '../../attributes.ts'
import { insert, projectColumns, refuseFederatedName } from '../../projects/operations/create.ts'
import type { Project } from '../../projects/store.ts'
import type { CreateDomain } from '../schemas.ts'

const columns: ReadonlySet<string> = new Set([...projectColumns, 'explicit_domain_id'])

/** @throws badRequest (an id that is no UUID in hex, a reserved name), conflict (name or id) */
export async function createDomain(ctx: Ctx, body: CreateDomain): Promise<Project> {
  const id = body.explicit_domain_id ?? newHexId()
  if (!/^[0-9a-f]{32}$/.test(id)) throw badRequest('Domain ID does not conform to required UUID format.')
  const domain: Project = {
    id,
    domainId: null,
    name: body.name.trim(),
    description: body.description === undefined ? '' : body.description,
    enabled: flagOf(body.enabled, true),
    parentId: null,
    isDomain: true,
    options: mergeOptions({}, body.options ?? {}),
    extra: otherAttributes(body, columns),
    tags: (body.tags ?? []).map((name) => name.trim()).sort(),
  }
  refuseFederatedName(domain)
  await insert(ctx, domain)
  return domain
}
