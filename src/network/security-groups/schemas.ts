import {
  type Attributes,
  type Changes,
  type Created,
  defaulted,
  type Reader,
  type Resource,
} from '../attributes/attribute.ts'
import { boolean, text } from '../attributes/readers.ts'
import { neutronError } from '../errors.ts'
import { byBoolean, type ListSpec, standardFilters, standardSorts } from '../listing/listing.ts'
import { descriptionAttribute, standardReadOnly } from '../standard.ts'

const groupName: Reader<string> = (value, name) => {
  const given = text(255)(value, name)
  if (given.toLowerCase() === 'default') {
    throw neutronError('conflict', 'SecurityGroupDefaultAlreadyExists', 'Default security group already exists.')
  }
  return given
}

export const groupAttributes = {
  name: defaulted(groupName, ''),
  stateful: defaulted(boolean, true),
  ...descriptionAttribute,
} satisfies Attributes

export type CreateSecurityGroup = Created<typeof groupAttributes>
export type UpdateSecurityGroup = Changes<typeof groupAttributes>

export const groupResource = {
  name: 'security_group',
  collection: 'security_groups',
  attributes: groupAttributes,
  readOnly: [...standardReadOnly, 'security_group_rules', 'shared'],
} satisfies Resource<typeof groupAttributes>

export const groupList: ListSpec = {
  collection: 'security_groups',
  table: 'network_security_groups',
  filters: { ...standardFilters, stateful: byBoolean('stateful') },
  sorts: { ...standardSorts, stateful: 'stateful' },
}
