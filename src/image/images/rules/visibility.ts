import type { Target } from '#platform/policy/template.ts'
import type { Visibility } from '../store/tables.ts'

type Owned = { readonly owner: string | null; readonly visibility: Visibility }

/** Who looks: a project (null: none), perhaps an administrator, perhaps one the image is shared with. */
export type Viewer = { readonly projectId: string | null; readonly isAdmin: boolean; readonly isMember: boolean }

/** Whether the image exists for the viewer at all. Source: glance/db/utils.py. */
export const isVisible = ({ owner, visibility }: Owned, { projectId, isAdmin, isMember }: Viewer): boolean =>
  isAdmin ||
  owner === null ||
  visibility === 'public' ||
  visibility === 'community' ||
  (projectId !== null && projectId === owner) ||
  (visibility === 'shared' && isMember)

/**
 * What the rules of the policy compare the caller with. A shared image was found by somebody else than its owner only
 * because the caller is a member.
 */
export const policyTarget = ({ owner, visibility }: Owned, projectId: string | null): Target => ({
  project_id: owner,
  owner,
  visibility,
  ...(visibility === 'shared' && projectId !== owner && projectId !== null ? { member_id: projectId } : {}),
})
