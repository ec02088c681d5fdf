import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/image.py. */
export const imageRules = [
  imageRule('add_image', checks.creator, 'Create an image.'),
  imageRule('delete_image', checks.owner, 'Delete an image.'),
  imageRule('get_image', checks.viewer, 'Show an image.'),
  imageRule('get_images', checks.lister, 'List images.'),
  imageRule('modify_image', checks.owner, 'Change an image.'),
  imageRule('publicize_image', checks.admin, 'Make an image public.'),
  imageRule('communitize_image', checks.owner, 'Make an image a community image.'),
  imageRule('download_image', checks.downloader, 'Download the data of an image.'),
  imageRule('download_from_store', checks.downloader, 'Download the data of an image from a store of choice.'),
  imageRule('upload_image', checks.owner, 'Upload the data of an image.'),
  imageRule('delete_image_location', checks.admin, 'Delete a location of an image.'),
  imageRule('get_image_location', checks.lister, 'See the locations of an image.'),
  imageRule('set_image_location', checks.owner, 'Set the locations of an image.'),
  imageRule('deactivate', checks.owner, 'Deactivate an image.'),
  imageRule('reactivate', checks.owner, 'Reactivate an image.'),
]
