import { type Attributes, defaulted, type Resource } from '../attributes/attribute.ts'
import { boolean } from '../attributes/readers.ts'
import { descriptionAttribute } from '../standard.ts'

const agentAttributes = {
  admin_state_up: defaulted(boolean, true),
  ...descriptionAttribute,
} satisfies Attributes

export const agentResource = {
  name: 'agent',
  collection: 'agents',
  attributes: agentAttributes,
  readOnly: [
    'id',
    'agent_type',
    'alive',
    'availability_zone',
    'binary',
    'configurations',
    'created_at',
    'heartbeat_timestamp',
    'host',
    'resources_synced',
    'started_at',
    'topic',
  ],
} satisfies Resource<typeof agentAttributes>
