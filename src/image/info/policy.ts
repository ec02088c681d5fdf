import { imageRule } from '../policy.ts'

/** Source: glance/policies/discovery.py. */
export const infoRules = [
  imageRule(
    'stores_info_detail',
    'rule:context_is_admin or rule:service_api',
    'Show how the stores of this cloud are set up.',
  ),
]
