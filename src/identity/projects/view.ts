import type { Ctx } from '#platform/context.ts'
import { linkTo } from '../lists.ts'
import type { Relatives } from './operations/read.ts'
import type { Project } from './store.ts'

/** A project as the API shows it. */
export const viewProject = (ctx: Ctx, project: Project) => ({
  ...project.extra,
  id: project.id,
  name: project.name,
  domain_id: project.domainId,
  description: project.description,
  enabled: project.enabled,
  parent_id: project.parentId,
  is_domain: project.isDomain,
  tags: project.tags,
  options: project.options,
  links: { self: linkTo(ctx, `projects/${project.id}`) },
})

/** What rules may look at of a project: `target.project.…`. */
export const projectTarget = ({ id, domainId, parentId, isDomain }: Project) => ({
  id,
  domain_id: domainId,
  parent_id: parentId,
  is_domain: isDomain,
})

/** A project with parents and subtree: as whole projects each in a wrapper of its own, or as nested ids. */
export const viewRelatives = (ctx: Ctx, { project, parents, subtree }: Relatives) => ({
  ...viewProject(ctx, project),
  ...(parents === undefined ? {} : { parents: viewTree(ctx, parents) }),
  ...(subtree === undefined ? {} : { subtree: viewTree(ctx, subtree) }),
})

const viewTree = (ctx: Ctx, tree: NonNullable<Relatives['parents']> | null) =>
  isList(tree) ? tree.map((project) => ({ project: viewProject(ctx, project) })) : tree

const isList = (tree: Relatives['parents']): tree is readonly Project[] => Array.isArray(tree)
