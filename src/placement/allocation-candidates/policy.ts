import { adminOrService } from '../policy.ts'

/** Source: placement/policies/allocation_candidate.py. */
export const candidateRules = [adminOrService('allocation_candidates:list', 'List allocation candidates.')]
