import { type CloudError, conflict, forbidden, notFound } from '#platform/errors.ts'
import { noNamespace, unknownNamespace } from '../access.ts'
import type { ItemKind } from '../rows.ts'

/** What sets the kinds of items apart: their rules and Glance's words. */
export type Kind = {
  readonly kind: Exclude<ItemKind, 'association'>
  readonly rules: {
    readonly list: string
    readonly get: string
    readonly add: string
    readonly modify: string
    readonly remove: string
  }
  readonly missingNamespace: (namespace: string) => CloudError
  readonly missing: (name: string) => CloudError
  readonly taken: (name: string, namespace: string) => CloudError
  readonly locked: (name: string) => CloudError
}

/** @param shown what Glance calls it where there is none */
const words = (kind: Kind['kind'], shown: string) => ({
  missing: (name: string) => notFound(`Could not find ${shown} ${name}`),
  taken: (name: string, namespace: string) =>
    conflict(`A metadata definition ${kind} with name=${name} already exists in namespace=${namespace}.`),
  locked: (name: string) => forbidden(`Metadata definition ${kind} ${name} is protected and cannot be deleted.`),
})

export const objects: Kind = {
  kind: 'object',
  rules: {
    list: 'get_metadef_objects',
    get: 'get_metadef_object',
    add: 'add_metadef_object',
    modify: 'modify_metadef_object',
    remove: 'delete_metadef_object',
  },
  missingNamespace: unknownNamespace,
  ...words('object', 'metadata object'),
}

export const properties: Kind = {
  kind: 'property',
  rules: {
    list: 'get_metadef_properties',
    get: 'get_metadef_property',
    add: 'add_metadef_property',
    modify: 'modify_metadef_property',
    remove: 'remove_metadef_property',
  },
  missingNamespace: noNamespace,
  ...words('property', 'property'),
}

export const tags: Kind = {
  kind: 'tag',
  rules: {
    list: 'get_metadef_tags',
    get: 'get_metadef_tag',
    add: 'add_metadef_tag',
    modify: 'modify_metadef_tag',
    remove: 'delete_metadef_tag',
  },
  missingNamespace: noNamespace,
  ...words('tag', 'metadata tag'),
  taken: (name, namespace) =>
    conflict(
      `A metadata tag with name=${name} already exists in namespace=${namespace}. ` +
        '(Please note that metadata tag names are case insensitive).',
    ),
}
