/** What an operator lets every import do with data and properties: `[image_import_opts]` and its kin. */
export type ImportPlugins = {
  readonly isDecompressing: boolean
  readonly convertTo: 'raw' | 'qcow2' | 'vmdk' | null
  /** Properties that images get, but for those of people with one of the roles. */
  readonly inject: Readonly<Record<string, string>>
  readonly ignoredRoles: readonly string[]
  /** Beginnings of the names of properties that come with an image from another cloud. */
  readonly copied: readonly string[]
}

type Settings = {
  readonly image_import_opts: { readonly image_import_plugins: readonly string[] }
  readonly image_conversion: { readonly output_format: 'raw' | 'qcow2' | 'vmdk' }
  readonly inject_metadata_properties: {
    readonly ignore_user_roles: readonly string[]
    readonly inject: Readonly<Record<string, string>>
  }
  readonly glance_download_properties: { readonly extra_properties: readonly string[] }
}

export const pluginsOf = (settings: Settings): ImportPlugins => {
  const names = settings.image_import_opts.image_import_plugins
  const { ignore_user_roles: ignoredRoles, inject } = settings.inject_metadata_properties
  return {
    isDecompressing: names.includes('image_decompression'),
    convertTo: names.includes('image_conversion') ? settings.image_conversion.output_format : null,
    inject: names.includes('inject_image_metadata') ? withoutReserved(inject) : {},
    ignoredRoles,
    copied: settings.glance_download_properties.extra_properties,
  }
}

/** The properties that this caller's images get. */
export const injectedFor = ({ inject, ignoredRoles }: ImportPlugins, roles: readonly string[]) =>
  roles.some((role) => ignoredRoles.includes(role)) ? {} : inject

/** The properties that an image takes along from another cloud. Only texts are properties. */
export const copiedFrom = (
  { copied }: ImportPlugins,
  image: Readonly<Record<string, unknown>>,
): Record<string, string> => {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(image)) {
    if (typeof value === 'string' && copied.some((prefix) => name.startsWith(prefix))) kept[name] = value
  }
  return withoutReserved(kept)
}

/** Names that begin so are the service's own. */
const withoutReserved = (properties: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !name.startsWith('os_glance')))
