import { viewRule } from '../security-group-rules/view.ts'
import type { SecurityGroupRuleRow } from '../security-group-rules/store.ts'
import { viewStandard } from '../standard.ts'
import type { SecurityGroupRow } from './store.ts'

/** A security group as the API shows it, its rules inside. */
export const viewSecurityGroup = (row: SecurityGroupRow, rules: readonly SecurityGroupRuleRow[]) => ({
  id: row.id,
  name: row.name,
  stateful: row.stateful === 1,
  tenant_id: row.project_id,
  description: row.description,
  shared: false,
  security_group_rules: rules.map(viewRule),
  ...viewStandard(row),
  project_id: row.project_id,
})
