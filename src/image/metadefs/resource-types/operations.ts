import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { isUniqueViolation } from '#platform/db/failures.ts'
import { conflict, forbidden, notFound } from '#platform/errors.ts'
import { enforceNamespace, getNamespaceRow } from '../access.ts'
import type { AssociationBody } from '../bodies.ts'
import { rowOf } from '../items/operations.ts'
import { deleteItems, findItem, insertItems, learnResourceType, listItems, listResourceTypes } from '../store.ts'
import type { ItemRow, ResourceTypeRow } from '../rows.ts'

/** @throws forbidden */
export const getResourceTypes = (ctx: Ctx): Promise<ResourceTypeRow[]> => {
  ctx.authorize('list_metadef_resource_types', { project_id: ctx.caller.projectId })
  return listResourceTypes(ctx)
}

/** The types of resources that a namespace is about. @throws notFound, forbidden */
export const getAssociations = async (ctx: Ctx, namespace: string): Promise<ItemRow[]> => {
  const row = await getNamespaceRow(ctx, namespace)
  enforceNamespace(ctx, 'list_metadef_resource_types', row)
  return listItems(ctx, [namespace], 'association')
}

/** @throws notFound, forbidden */
export const getAssociation = async (ctx: Ctx, namespace: string, type: string): Promise<ItemRow> => {
  enforceNamespace(ctx, 'get_metadef_resource_type', await getNamespaceRow(ctx, namespace))
  const item = await findItem(ctx, namespace, 'association', type)
  if (item !== undefined) return item
  throw notFound(
    `The metadata definition resource-type association of resource-type=${type} to namespace=${namespace}, was not found.`,
  )
}

/** Records that a namespace is about a type of resources. */
export const insertAssociation = async (
  tx: Ctx,
  namespace: string,
  { name, ...body }: AssociationBody,
): Promise<ItemRow> => {
  const row = rowOf(tx, namespace, 'association', { name, body })
  await learnResourceType(tx, { name, created_at: tx.now, updated_at: tx.now })
  await insertItems(tx, [row])
  return row
}

/** @throws notFound, forbidden, conflict */
export const addAssociation = async (ctx: Ctx, namespace: string, association: AssociationBody): Promise<ItemRow> => {
  enforceNamespace(ctx, 'add_metadef_resource_type_association', await getNamespaceRow(ctx, namespace))
  try {
    return await inTransaction(ctx, (tx) => insertAssociation(tx, namespace, association))
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw conflict(
      `The metadata definition resource-type association of resource-type=${association.name} to ` +
        `namespace=${namespace} already exists.`,
    )
  }
}

/** @throws notFound, forbidden (policy, protected namespace) */
export const removeAssociation = async (ctx: Ctx, namespace: string, type: string): Promise<void> => {
  const row = await getNamespaceRow(ctx, namespace)
  enforceNamespace(ctx, 'remove_metadef_resource_type_association', row)
  if ((await findItem(ctx, namespace, 'association', type)) === undefined) {
    throw notFound(`Failed to find resource type ${type} to delete`)
  }
  if (row.protected === 1) {
    throw forbidden(`Metadata definition resource-type-association ${type} is protected and cannot be deleted.`)
  }
  await inTransaction(ctx, (tx) => deleteItems(tx, namespace, 'association', type))
}
