import type { ImageRow } from '../../images/store/tables.ts'

/** Where data of an image is, as the API shows it; `metadata.store` names the store. */
export type Location = { readonly url: string; readonly metadata: Readonly<Record<string, unknown>> }

/** The URL of an object in a store, by its name; undefined where there is no such store. */
export type UrlOf = (store: string, name: string) => string | undefined

type Held = Pick<ImageRow, 'id' | 'stores' | 'locations'>

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The names in a list by comma. */
export const splitStores = (stores: string): string[] => (stores === '' ? [] : stores.split(','))

/** Every location of an image. An image that was only uploaded or imported has an object of its own name in each of its stores. */
export const locationsOf = ({ id, stores, locations }: Held, urlOf: UrlOf): Location[] => {
  if (locations === null) {
    return splitStores(stores).flatMap((store) => {
      const url = urlOf(store, id)
      return url === undefined ? [] : [{ url, metadata: { store } }]
    })
  }
  const parsed: unknown = JSON.parse(locations)
  return !Array.isArray(parsed)
    ? []
    : parsed.flatMap((each: unknown) =>
        isRecord(each) && typeof each['url'] === 'string' && isRecord(each['metadata'])
          ? [{ url: each['url'], metadata: each['metadata'] }]
          : [],
      )
}

/** The columns for locations as they are given. */
export const columnsOf = (locations: readonly Location[]): Pick<ImageRow, 'stores' | 'locations'> => ({
  stores: locations
    .flatMap(({ metadata: { store } }) => (typeof store === 'string' && store !== '' ? [store] : []))
    .join(','),
  locations: JSON.stringify(locations),
})

/** The columns of an image that got an object of its own in further stores. */
export const withStores = (
  image: Held,
  added: readonly string[],
  urlOf: UrlOf,
): Pick<ImageRow, 'stores' | 'locations'> => {
  const held = splitStores(image.stores)
  const fresh = [...new Set(added)].filter((store) => !held.includes(store))
  if (image.locations === null) return { stores: [...held, ...fresh].join(','), locations: null }
  const more = fresh.flatMap((store) => {
    const url = urlOf(store, image.id)
    return url === undefined ? [] : [{ url, metadata: { store } }]
  })
  return columnsOf([...locationsOf(image, urlOf), ...more])
}
