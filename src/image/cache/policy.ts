import { checks, imageRule } from '../policy.ts'

/** Source: glance/policies/cache.py and image.py. */
export const cacheRules = [
  imageRule('cache_image', checks.admin, 'Queue an image for the cache.'),
  imageRule('cache_list', checks.admin, 'Show what is cached and what is queued.'),
  imageRule('cache_delete', checks.admin, 'Remove images from the cache and its queue.'),
  imageRule('cache_clean', checks.admin, 'Remove what is no longer good from the cache.'),
  imageRule('cache_prune', checks.admin, 'Make the cache as small as it should be.'),
  imageRule('list_cached_nodes', checks.admin, 'Show which nodes have an image in their cache.'),
  imageRule('manage_image_cache', checks.admin, 'Manage the cache by the older calls: cached_images, queued_images.'),
]
