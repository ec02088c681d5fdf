import { imageRule } from '../policy.ts'

const ADMIN = 'rule:metadef_admin'
const READER = 'rule:context_is_admin or (role:reader and project_id:%(project_id)s)'
const NAMESPACE_READER =
  "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or 'public':%(visibility)s))"

/** Source: glance/policies/metadef.py. */
export const metadefRules = [
  { name: 'metadef_default', check: '', description: 'What anybody may do with metadata definitions.' },
  { name: 'metadef_admin', check: 'rule:context_is_admin', description: 'Who may change metadata definitions.' },
  imageRule('get_metadef_namespace', NAMESPACE_READER, 'Show a namespace of metadata definitions.'),
  imageRule('get_metadef_namespaces', READER, 'List namespaces of metadata definitions.'),
  imageRule('modify_metadef_namespace', ADMIN, 'Change a namespace.'),
  imageRule('add_metadef_namespace', ADMIN, 'Create a namespace.'),
  imageRule('delete_metadef_namespace', ADMIN, 'Delete a namespace, or all of a kind in it.'),
  imageRule('get_metadef_object', NAMESPACE_READER, 'Show an object of a namespace.'),
  imageRule('get_metadef_objects', NAMESPACE_READER, 'List the objects of a namespace.'),
  imageRule('modify_metadef_object', ADMIN, 'Change an object.'),
  imageRule('add_metadef_object', ADMIN, 'Create an object.'),
  imageRule('delete_metadef_object', ADMIN, 'Delete an object.'),
  imageRule('list_metadef_resource_types', NAMESPACE_READER, 'List types of resources.'),
  imageRule('get_metadef_resource_type', NAMESPACE_READER, 'Show which types of resources a namespace is about.'),
  imageRule('add_metadef_resource_type_association', ADMIN, 'Make a namespace be about a type of resources.'),
  imageRule('remove_metadef_resource_type_association', ADMIN, 'Make a namespace no longer be about a type.'),
  imageRule('get_metadef_property', NAMESPACE_READER, 'Show a property of a namespace.'),
  imageRule('get_metadef_properties', NAMESPACE_READER, 'List the properties of a namespace.'),
  imageRule('modify_metadef_property', ADMIN, 'Change a property.'),
  imageRule('add_metadef_property', ADMIN, 'Create a property.'),
  imageRule('remove_metadef_property', ADMIN, 'Delete a property.'),
  imageRule('get_metadef_tag', NAMESPACE_READER, 'Show a tag of a namespace.'),
  imageRule('get_metadef_tags', NAMESPACE_READER, 'List the tags of a namespace.'),
  imageRule('modify_metadef_tag', ADMIN, 'Change a tag.'),
  imageRule('add_metadef_tag', ADMIN, 'Create a tag.'),
  imageRule('add_metadef_tags', ADMIN, 'Create several tags.'),
  imageRule('delete_metadef_tag', ADMIN, 'Delete a tag.'),
  imageRule('delete_metadef_tags', ADMIN, 'Delete the tags of a namespace.'),
]
