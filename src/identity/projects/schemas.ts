import { type Static, Type } from 'typebox'
import { closed, flag, immutableOption, nullableId, nullableText, open, openUpdate, shortName } from '../fragments.ts'

const tag = Type.String({ minLength: 1, maxLength: 255, pattern: '^[^,/]*$' })
const tags = Type.Array(tag, { maxItems: 80, uniqueItems: true })
const properties = {
  description: Type.Optional(nullableText),
  domain_id: Type.Optional(nullableId),
  enabled: Type.Optional(flag),
  is_domain: Type.Optional(flag),
  parent_id: Type.Optional(nullableId),
  tags: Type.Optional(tags),
  options: Type.Optional(immutableOption),
}

export const createProject = Type.Object({ project: Type.Object({ ...properties, name: shortName }, open) }, closed)
export const updateProject = Type.Object(
  {
    project: Type.Object({ ...properties, name: Type.Optional(shortName) }, openUpdate),
  },
  closed,
)
export const listProjects = Type.Object(
  { name: Type.Optional(shortName), enabled: Type.Optional(flag), is_domain: Type.Optional(flag) },
  open,
)
export const updateTags = Type.Object({ tags }, closed)
const project = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    domain_id: nullableText,
    description: nullableText,
    enabled: Type.Boolean(),
    parent_id: nullableText,
    is_domain: Type.Boolean(),
    tags: Type.Array(Type.String()),
    options: Type.Object({}, open),
    links: Type.Object({ self: Type.String() }),
  },
  open,
)
export const projectReply = Type.Object({ project })
export const projectsReply = Type.Object({ projects: Type.Array(project), links: Type.Object({}, open) }, open)

export type CreateProject = Static<typeof createProject>['project']
export type UpdateProject = Static<typeof updateProject>['project']
