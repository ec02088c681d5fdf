import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/image.py. */
export const memberRules = [
  imageRule('add_member', checks.owner, 'Share an image with a project.'),
  imageRule('delete_member', checks.owner, 'Stop sharing an image with a project.'),
  imageRule('get_member', checks.sharer, 'Show whether an image is shared with a project.'),
  imageRule('get_members', checks.sharer, 'List the projects an image is shared with.'),
  imageRule('modify_member', checks.member, 'Accept or reject an image somebody shares.'),
]
