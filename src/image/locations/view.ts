import type { Held, Stores } from '../data/stores.ts'

/** What is shown of the places where images are: the parts of an image's text, each with a comma before it, or nothing. */
export type ShowLocations = (image: Held) => string

type ViewSettings = { readonly show_multiple_locations: boolean; readonly show_image_direct_url: boolean }

/** Makes what shows locations as the operator wants them shown. */
export const createShowLocations = (settings: ViewSettings, stores: Stores): ShowLocations => {
  const { show_multiple_locations: multiple, show_image_direct_url: direct } = settings
  if (!multiple && !direct) return () => ''
  return (image) => {
    const locations = stores.locationsOf(image)
    const [best] = stores.sourcesOf(image)
    const all = multiple ? `,"locations":${JSON.stringify(locations)}` : ''
    const url = best === undefined ? locations[0]?.url : best.store.urlOf(best.name)
    return direct && url !== undefined ? `${all},"direct_url":${JSON.stringify(url)}` : all
  }
}
