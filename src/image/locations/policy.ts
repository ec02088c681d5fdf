import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/image.py. */
export const locationRules = [
  imageRule('add_image_location', checks.serviceOrCreator, 'Add a location to an image without data.'),
  imageRule('fetch_image_location', 'rule:service_api', 'Show all locations of an image.'),
]
