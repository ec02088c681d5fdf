import type { Planned } from './plan.ts'
import { rowsOf, type SourceTables, text } from './source.ts'

/** Settings of domains, and the ids that the entries of their directories have. */
export const planDirectories = (tables: SourceTables): Planned[] => [
  {
    kind: 'id_mappings',
    table: 'identity_id_mappings',
    key: ['public_id'],
    unique: ['domain_id', 'local_id', 'entity_type'],
    refs: { domain_id: 'projects' },
    rows: rowsOf(tables, 'id_mapping').map((row) => ({
      public_id: text(row, 'public_id'),
      domain_id: text(row, 'domain_id'),
      local_id: text(row, 'local_id'),
      entity_type: text(row, 'entity_type'),
      // Where it is the directory tells when it is asked.
      dn: '',
    })),
  },
  {
    kind: 'domain_configs',
    table: 'identity_domain_configs',
    key: ['domain_id', 'group_name', 'option_name'],
    refs: { domain_id: 'projects' },
    rows: [...rowsOf(tables, 'whitelisted_config'), ...rowsOf(tables, 'sensitive_config')].map((row) => ({
      domain_id: text(row, 'domain_id'),
      group_name: text(row, 'group'),
      option_name: text(row, 'option'),
      // Open here; it is sealed on its way into the table.
      sealed: text(row, 'value'),
    })),
  },
]
