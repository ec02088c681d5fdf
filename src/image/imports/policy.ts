import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/image.py. */
export const importRules = [imageRule('copy_image', checks.admin, 'Copy the data of an image to another store.')]
