// Projects and domains share a table, as in Keystone: a domain is a project that acts as one (`is_domain`) and has no domain itself.
// Such a domain has '' in the column domain_id, so that the unique key over (domain_id, name) holds for domains as well.
// Names are compared byte by byte on every engine.

import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Ctx } from '#platform/context.ts'
import type { Queries } from '#platform/db/db.ts'
import { type Attributes, parseAttributes } from '../attributes.ts'
import type { Page } from '../lists.ts'
import { lowered } from '../names/rules.ts'
import { insertNames, nameConditions, removeName, saveName } from '../names/store.ts'

type ProjectRow = {
  id: string
  domain_id: string
  name: string
  description: string | null
  enabled: number
  parent_id: string | null
  is_domain: number
  options: string
  extra: string
}

declare module '#platform/db/tables.ts' {
  interface Tables {
    identity_projects: ProjectRow
    identity_project_tags: { project_id: string; name: string }
  }
}

/** A project, or a domain (`isDomain`, and then without `domainId` and parent). */
export type Project = {
  readonly id: string
  readonly domainId: string | null
  readonly name: string
  readonly description: string | null
  readonly enabled: boolean
  readonly parentId: string | null
  readonly isDomain: boolean
  readonly options: Attributes
  readonly extra: Attributes
  readonly tags: readonly string[]
}

// A tag holds no comma, so that one query brings the projects with their tags.
const tags = sql<string | null>`(select group_concat(t.name) from identity_project_tags as t where t.project_id = p.id)`

const select = (queries: Queries) => queries.selectFrom('identity_projects as p').selectAll('p').select(tags.as('tags'))

const toProject = (row: ProjectRow & { readonly tags: string | null }): Project => ({
  id: row.id,
  domainId: row.domain_id === '' ? null : row.domain_id,
  name: row.name,
  description: row.description,
  enabled: row.enabled === 1,
  parentId: row.parent_id,
  isDomain: row.is_domain === 1,
  options: parseAttributes(row.options),
  extra: parseAttributes(row.extra),
  tags: row.tags === null ? [] : row.tags.split(',').sort(),
})

const toRow = (project: Project): ProjectRow => ({
  id: project.id,
  domain_id: project.domainId ?? '',
  name: project.name,
  description: project.description,
  enabled: project.enabled ? 1 : 0,
  parent_id: project.parentId,
  is_domain: project.isDomain ? 1 : 0,
  options: JSON.stringify(project.options),
  extra: JSON.stringify(project.extra),
})

/** A project or a domain. */
export async function findProject(ctx: Ctx, id: string): Promise<Project | undefined> {
  const row = await select(ctx.db.read).where('p.id', '=', id).executeTakeFirst()
  return row && toProject(row)
}

/** The project of that name in a domain; `domainId` null: the domain of that name. */
export async function findProjectByName(ctx: Ctx, name: string, domainId: string | null): Promise<Project | undefined> {
  const row = await select(ctx.db.read)
    .where('p.name', '=', name)
    .where('p.domain_id', '=', domainId ?? '')
    .executeTakeFirst()
  return row && toProject(row)
}

/**
 * The domain of that name; where there is none, the only one whose name differs in case alone: Keystone on MySQL knows no case,
 * and many a client calls the first domain `default`.
 */
export async function findDomainByName(ctx: Ctx, name: string): Promise<Project | undefined> {
  const exact = await findProjectByName(ctx, name, null)
  if (exact) return exact
  const rows = await select(ctx.db.read)
    .where('p.domain_id', '=', '')
    .where(sql<SqlBool>`lower(${sql.ref('p.name')}) = ${lowered(name)}`)
    .limit(2)
    .execute()
  const [only] = rows
  return only && rows.length === 1 ? toProject(only) : undefined
}

/** Columns by which lists of projects are filtered. */
export const projectFilters = {
  id: 'p.id',
  domain_id: 'p.domain_id',
  enabled: { flag: 'p.enabled' },
  name: 'p.name',
  parent_id: 'p.parent_id',
  is_domain: { flag: 'p.is_domain' },
  description: 'p.description',
} as const

/** One page in the order of ids, and one row more where there are more. */
export async function listProjects(
  ctx: Ctx,
  page: Page,
  extra: readonly RawBuilder<SqlBool>[] = [],
): Promise<Project[]> {
  let query = select(ctx.db.read)
    .orderBy('p.id')
    .limit(page.limit + 1)
  for (const condition of await nameConditions(ctx, 'project', 'p.id', page.pieces)) query = query.where(condition)
  for (const condition of page.conditions) query = query.where(condition)
  for (const condition of extra) query = query.where(condition)
  if (page.marker !== undefined) query = query.where('p.id', '>', page.marker)
  return (await query.execute()).map(toProject)
}

/** The projects (or domains) of these ids that exist, in the order of their ids. */
export async function listProjectsByIds(ctx: Ctx, ids: readonly string[]): Promise<Project[]> {
  if (ids.length === 0) return []
  return (await select(ctx.db.read).where('p.id', 'in', ids).orderBy('p.id').execute()).map(toProject)
}

/** Every project of a domain, the domain itself left out. */
export async function listProjectsInDomain(ctx: Ctx, domainId: string): Promise<Project[]> {
  return (await select(ctx.db.read).where('p.domain_id', '=', domainId).orderBy('p.id').execute()).map(toProject)
}

/** From the parent up to the domain, nearest first. */
export async function listParents(ctx: Ctx, project: Project): Promise<Project[]> {
  const parents: Project[] = []
  let parentId = project.parentId
  while (parentId !== null) {
    const parent = await findProject(ctx, parentId)
    if (!parent) break
    parents.push(parent)
    parentId = parent.parentId
  }
  return parents
}

/** Everything below a project, level by level; one query a level. */
export async function listSubtree(ctx: Ctx, projectId: string): Promise<Project[]> {
  const subtree: Project[] = []
  let level = [projectId]
  while (level.length > 0) {
    const children = (await select(ctx.db.read).where('p.parent_id', 'in', level).orderBy('p.id').execute()).map(
      toProject,
    )
    subtree.push(...children)
    level = children.map(({ id }) => id)
  }
  return subtree
}

/** In a transaction. */
export async function insertProject(ctx: Ctx, project: Project): Promise<void> {
  await ctx.db.write.insertInto('identity_projects').values(toRow(project)).execute()
  await insertNames(ctx, 'project', [project])
  await insertTags(ctx, project)
}

/** In a transaction. */
export async function saveProject(ctx: Ctx, project: Project): Promise<void> {
  const { id, ...columns } = toRow(project)
  await saveName(ctx, 'project', await findProject(ctx, id), project)
  await ctx.db.write.updateTable('identity_projects').set(columns).where('id', '=', id).execute()
  await ctx.db.write.deleteFrom('identity_project_tags').where('project_id', '=', id).execute()
  await insertTags(ctx, project)
}

async function insertTags(ctx: Ctx, project: Project): Promise<void> {
  if (project.tags.length === 0) return
  const rows = project.tags.map((name) => ({ project_id: project.id, name }))
  await ctx.db.write.insertInto('identity_project_tags').values(rows).execute()
}

/** In a transaction. */
export async function removeProjects(ctx: Ctx, ids: readonly string[]): Promise<void> {
  for (const project of await listProjectsByIds(ctx, ids)) await removeName(ctx, 'project', project)
  if (ids.length === 0) return
  await ctx.db.write.deleteFrom('identity_project_tags').where('project_id', 'in', ids).execute()
  await ctx.db.write.deleteFrom('identity_projects').where('id', 'in', ids).execute()
}

/** `tags`: all of them; `tags-any`: one of them; `not-tags`: not all of them; `not-tags-any`: none of them. */
export function tagConditions(parameters: Readonly<Record<string, string | undefined>>): RawBuilder<SqlBool>[] {
  const conditions: RawBuilder<SqlBool>[] = []
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) continue
    const wanted = [...new Set(value.split(','))]
    const found = sql<number>`(select count(*) from identity_project_tags as f where f.project_id = p.id and f.name in (${sql.join(wanted)}))`
    if (name === 'tags') conditions.push(sql<SqlBool>`${found} = ${wanted.length}`)
    if (name === 'tags-any') conditions.push(sql<SqlBool>`${found} > 0`)
    if (name === 'not-tags') conditions.push(sql<SqlBool>`${found} < ${wanted.length}`)
    if (name === 'not-tags-any') conditions.push(sql<SqlBool>`${found} = 0`)
  }
  return conditions
}

/** Some projects that are more than two levels below their domain. */
export async function listDeepProjectIds(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.db.read
    .selectFrom('identity_projects as p')
    .innerJoin('identity_projects as above', 'above.id', 'p.parent_id')
    .innerJoin('identity_projects as top', 'top.id', 'above.parent_id')
    .select('p.id')
    .where('top.parent_id', 'is not', null)
    .limit(10)
    .execute()
  return rows.map(({ id }) => id)
}
