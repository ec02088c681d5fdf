import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { conflict, forbidden, notFound } from '#platform/errors.ts'
import { notAuthorized } from '../../errors.ts'
import { isAdmin } from '../../images/operations/find.ts'
import { enforceNamespace, getNamespaceRow, namespaceTarget, unknownNamespace } from '../access.ts'
import type { NamespaceBody } from '../bodies.ts'
import { rowOf } from '../items/operations.ts'
import { insertAssociation } from '../resource-types/operations.ts'
import {
  deleteNamespace as deleteRow,
  findNamespace,
  insertItems,
  insertNamespace,
  listItems,
  listNamespaces as listRows,
  type NamespaceQuery,
  updateNamespace as updateRow,
} from '../store.ts'
import type { ItemRow, NamespaceRow } from '../rows.ts'

/** A namespace with what it has. */
export type WholeNamespace = { readonly row: NamespaceRow; readonly items: readonly ItemRow[] }

/** What a list was asked for; the marker is the name of the last namespace of the page before. */
export type NamespaceListQuery = Omit<NamespaceQuery, 'marker' | 'owner'> & { readonly marker: string | undefined }

/** A page of namespaces with what they are about, and the name the next one begins after. @throws notFound (marker) */
export const listNamespaces = async (
  ctx: Ctx,
  query: NamespaceListQuery,
): Promise<{ namespaces: WholeNamespace[]; next: string | undefined }> => {
  const { projectId } = ctx.caller
  for (const rule of ['get_metadef_namespaces', 'list_metadef_resource_types']) {
    if (!ctx.can(rule, { project_id: projectId })) throw notAuthorized(rule)
  }
  const marker = query.marker === undefined ? undefined : await getNamespaceRow(ctx, query.marker, unknownNamespace)
  const owner = isAdmin(ctx) ? undefined : projectId
  const found = query.limit === 0 ? [] : await listRows(ctx, { ...query, marker, owner })
  const rows = found.filter((row) => ctx.can('get_metadef_namespace', namespaceTarget(row)))
  const names = rows.map(({ namespace }) => namespace)
  const items = names.length === 0 ? [] : await listItems(ctx, names, 'association')
  const next = rows.length > 0 && rows.length === query.limit ? names.at(-1) : undefined
  return {
    namespaces: rows.map((row) => ({ row, items: items.filter(({ namespace }) => namespace === row.namespace) })),
    next,
  }
}

/** @throws notFound, forbidden */
export const getNamespace = async (ctx: Ctx, name: string): Promise<WholeNamespace> => {
  const row = await findNamespace(ctx, name)
  if (row === undefined) throw unknownNamespace(name)
  await getNamespaceRow(ctx, name, () => notFound(''))
  for (const rule of [
    'get_metadef_namespace',
    'list_metadef_resource_types',
    'get_metadef_objects',
    'get_metadef_properties',
    'get_metadef_tags',
  ]) {
    enforceNamespace(ctx, rule, row)
  }
  return { row, items: await listItems(ctx, [name]) }
}

const valuesOf = (ctx: Ctx, body: NamespaceBody): Omit<NamespaceRow, 'created_at'> => ({
  namespace: body.namespace,
  display_name: body.display_name ?? null,
  description: body.description ?? null,
  visibility: body.visibility ?? 'private',
  protected: body.protected === true ? 1 : 0,
  owner: body.owner ?? ctx.caller.projectId,
  updated_at: ctx.now,
})

/** Creates a namespace with all that the body has for it. @throws forbidden, conflict */
export const createNamespace = async (ctx: Ctx, body: NamespaceBody): Promise<NamespaceRow> => {
  const { namespace, resource_type_associations: about = [], objects = [], properties = {}, tags = [] } = body
  const rules = [
    'add_metadef_namespace',
    ...(about.length > 0 ? ['add_metadef_resource_type_association'] : []),
    ...(objects.length > 0 ? ['add_metadef_object'] : []),
    ...(Object.keys(properties).length > 0 ? ['add_metadef_property'] : []),
    ...(tags.length > 0 ? ['add_metadef_tag'] : []),
  ]
  for (const rule of rules) if (!ctx.can(rule, { project_id: ctx.caller.projectId })) throw notAuthorized(rule)
  const row = { ...valuesOf(ctx, body), created_at: ctx.now }
  try {
    await inTransaction(ctx, (tx) => insertWhole(tx, row, body))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw conflict(`The metadata definition namespace=${namespace} already exists.`)
  }
  return row
}

/** Inserts a namespace with all that the body has for it. */
export const insertWhole = async (
  tx: Ctx,
  row: NamespaceRow,
  { resource_type_associations: about = [], objects = [], properties = {}, tags = [] }: NamespaceBody,
): Promise<void> => {
  const { namespace } = row
  await insertNamespace(tx, row)
  for (const association of about) await insertAssociation(tx, namespace, association)
  await insertItems(tx, [
    ...objects.map(({ name, ...rest }) => rowOf(tx, namespace, 'object', { name, body: rest })),
    ...Object.entries(properties).map(([name, rest]) => rowOf(tx, namespace, 'property', { name, body: rest })),
    ...tags.map(({ name }) => rowOf(tx, namespace, 'tag', { name, body: {} })),
  ])
}

/** @throws notFound, forbidden, conflict (the new name) */
export const updateNamespace = async (ctx: Ctx, name: string, body: NamespaceBody): Promise<NamespaceRow> => {
  const before = await getNamespaceRow(ctx, name)
  enforceNamespace(ctx, 'modify_metadef_namespace', before)
  const after = { ...valuesOf(ctx, body), created_at: before.created_at }
  try {
    await inTransaction(ctx, (tx) => updateRow(tx, name, after))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw conflict(
      'Invalid update. It would result in a duplicate metadata definition namespace with the same name of ' +
        body.namespace,
    )
  }
  return after
}

/** Deletes a namespace and all that it has. @throws notFound, forbidden (policy, protected) */
export const deleteNamespace = async (ctx: Ctx, name: string): Promise<void> => {
  const row = await getNamespaceRow(ctx, name)
  enforceNamespace(ctx, 'delete_metadef_namespace', row)
  if (row.protected === 1) {
    throw forbidden(`Metadata definition namespace ${name} is protected and cannot be deleted.`)
  }
  await inTransaction(ctx, (tx) => deleteRow(tx, name))
}
