// The JSON schemas of metadata definitions, as clients read them and as bodies are checked. Wording as Glance publishes it.

const text = (description: string, more: object = {}) => ({ type: 'string', description, ...more })
const readOnlyText = { readOnly: true, type: 'string' }
const date = (description: string) => ({ ...readOnlyText, description, format: 'date-time' })
const ref = (name: string) => ({ $ref: `#/definitions/${name}` })
const names = { type: 'array', items: { type: 'string' }, uniqueItems: true }
const valueType = {
  type: 'string',
  enum: ['array', 'boolean', 'integer', 'number', 'object', 'string', null],
}

const numbers = {
  positiveInteger: { type: 'integer', minimum: 0 },
  positiveIntegerDefault0: { allOf: [ref('positiveInteger'), { default: 0 }] },
}

const propertyFields = {
  name: { type: 'string', maxLength: 80 },
  title: { type: 'string' },
  description: { type: 'string' },
  operators: { type: 'array', items: { type: 'string' } },
  type: valueType,
  required: ref('stringArray'),
  minimum: { type: 'number' },
  maximum: { type: 'number' },
  maxLength: ref('positiveInteger'),
  minLength: ref('positiveIntegerDefault0'),
  pattern: { type: 'string', format: 'regex' },
  enum: { type: 'array' },
  readonly: { type: 'boolean' },
  default: {},
  items: { type: 'object', properties: { type: valueType, enum: { type: 'array' } } },
  maxItems: ref('positiveInteger'),
  minItems: ref('positiveIntegerDefault0'),
  uniqueItems: { type: 'boolean', default: false },
  additionalItems: { type: 'boolean' },
}

const definitions = {
  ...numbers,
  stringArray: names,
  property: {
    type: 'object',
    additionalProperties: { type: 'object', required: ['title', 'type'], properties: propertyFields },
  },
}

const namespaceFields = {
  namespace: text('The unique namespace text.', { maxLength: 80 }),
  display_name: text('The user friendly name for the namespace. Used by UI if available.', { maxLength: 80 }),
  description: text('Provides a user friendly description of the namespace.', { maxLength: 500 }),
  visibility: text('Scope of namespace accessibility.', { enum: ['public', 'private'] }),
  protected: { type: 'boolean', description: 'If true, namespace will not be deletable.' },
  owner: text('Owner of the namespace.', { maxLength: 255 }),
  created_at: date('Date and time of namespace creation'),
  updated_at: date('Date and time of the last namespace modification'),
  schema: readOnlyText,
  self: readOnlyText,
  resource_type_associations: {
    type: 'array',
    items: {
      type: 'object',
      properties: { name: { type: 'string' }, prefix: { type: 'string' }, properties_target: { type: 'string' } },
    },
  },
  properties: ref('property'),
  objects: {
    type: 'array',
    items: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        description: { type: 'string' },
        required: ref('stringArray'),
        properties: ref('property'),
      },
    },
  },
  tags: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
}

const objectFields = {
  name: { type: 'string', maxLength: 80 },
  description: { type: 'string' },
  required: ref('stringArray'),
  properties: ref('property'),
  schema: readOnlyText,
  self: readOnlyText,
  created_at: date('Date and time of object creation'),
  updated_at: date('Date and time of the last object modification'),
}

const resourceTypeFields = {
  name: text(
    'Resource type names should be aligned with Heat resource types whenever possible: ' +
      'https://docs.openstack.org/heat/latest/template_guide/openstack.html',
    { maxLength: 80 },
  ),
  prefix: text(
    'Specifies the prefix to use for the given resource type. Any properties in the namespace should be prefixed with ' +
      'this prefix when being applied to the specified resource type. Must include prefix separator (e.g. a colon :).',
    { maxLength: 80 },
  ),
  properties_target: text(
    'Some resource types allow more than one key / value pair per instance.  For example, Cinder allows user and image ' +
      'metadata on volumes. Only the image properties metadata is evaluated by Nova (scheduling or drivers). This ' +
      'property allows a namespace target to remove the ambiguity.',
    { maxLength: 80 },
  ),
  created_at: date('Date and time of resource type association'),
  updated_at: date('Date and time of the last resource type association modification'),
}

const tagFields = {
  name: { type: 'string', maxLength: 80 },
  created_at: date('Date and time of tag creation'),
  updated_at: date('Date and time of the last tag modification'),
}

type Document = {
  readonly name: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly additionalProperties: false
  readonly required?: readonly string[]
  readonly definitions?: Readonly<Record<string, unknown>>
}

const document = (name: string, properties: Document['properties'], more: Partial<Document>): Document => ({
  name,
  properties,
  additionalProperties: false,
  ...more,
})

const namespace = document('namespace', namespaceFields, { definitions, required: ['namespace'] })
const object = document('object', objectFields, { definitions, required: ['name'] })
const oneProperty = { ...numbers, stringArray: { ...names, minItems: 1 } }
const property = document('property', propertyFields, {
  definitions: oneProperty,
  required: ['type', 'title', 'name'],
})
const tag = document('tag', tagFields, { required: ['name'] })
const resourceType = document('resource_type_association', resourceTypeFields, { required: ['name'] })

/** A list of what `item` describes; its definitions move up to where references find them. */
const collection = (name: string, { definitions: shared, ...item }: Document, isByName = false) => ({
  name,
  properties: {
    [name]: isByName ? { type: 'object', additionalProperties: item } : { type: 'array', items: item },
    first: { type: 'string' },
    next: { type: 'string' },
    schema: { type: 'string' },
  },
  links: [
    { rel: 'first', href: '{first}' },
    { rel: 'next', href: '{next}' },
    { rel: 'describedby', href: '{schema}' },
  ],
  ...(shared === undefined ? {} : { definitions: shared }),
})

/** What bodies are checked with. */
export const metadefBodies = {
  namespace,
  object,
  property,
  tag,
  resource_type_association: resourceType,
  tags: document(
    'tags',
    {
      tags: {
        type: 'array',
        items: {
          type: 'object',
          properties: { name: { type: 'string' } },
          required: ['name'],
          additionalProperties: false,
        },
      },
    },
    {},
  ),
} as const

/** The schemas that clients can ask for, by the name in the URL. */
export const metadefDocuments = {
  namespace,
  namespaces: collection('namespaces', namespace),
  object,
  objects: collection('objects', object),
  property,
  properties: collection('properties', { ...property, required: ['type', 'title'] }, true),
  tag,
  tags: collection('tags', tag),
  resource_type: resourceType,
  resource_types: collection('resource_type_associations', resourceType),
}
