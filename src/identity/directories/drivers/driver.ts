/** A user as a directory has it. */
export type DirectoryUser = {
  readonly localId: string
  readonly dn: string
  readonly name: string
  readonly enabled: boolean
  readonly defaultProjectId: string | null
  /** `email`, `description`, and what else is mapped. */
  readonly extra: Readonly<Record<string, string>>
}

export type DirectoryGroup = {
  readonly localId: string
  readonly dn: string
  readonly name: string
  readonly description: string
  /** Local ids of users, or their DNs. */
  readonly members: readonly string[]
}

/** Which entries are wanted; the directory itself picks them. */
export type Wanted =
  | { readonly by: 'all' }
  | { readonly by: 'id'; readonly value: string }
  | { readonly by: 'name'; readonly value: string; readonly how: 'exact' | 'contains' | 'startswith' | 'endswith' }

/**
 * Users and groups that others keep; they are only read here.
 * @throws DirectoryFailure where the directory cannot be asked
 */
export type Directory = {
  readonly listUsers: (wanted: Wanted) => Promise<readonly DirectoryUser[]>
  readonly listGroups: (wanted: Wanted) => Promise<readonly DirectoryGroup[]>
  readonly listGroupsOf: (user: DirectoryUser) => Promise<readonly DirectoryGroup[]>
  /** Whether the password is that user's. An empty one never is. */
  readonly authenticate: (user: DirectoryUser, password: string) => Promise<boolean>
  /** Whether members of groups are named by local id; else by DN. */
  readonly membersAreIds: boolean
  readonly close: () => Promise<void>
}

/** Is told of each search and login where the options want that; never of a password. */
export type Trace = (fields: Readonly<Record<string, string | number | boolean>>) => void

/** The directory is away, or does not answer as it should. */
export class DirectoryFailure extends Error {
  override name = 'DirectoryFailure'
}

/** Makes a DN comparable: spaces around its signs and the case of its letters do not matter. */
export const normalDn = (dn: string): string => dn.replaceAll(/\s*([,=+])\s*/g, '$1').toLowerCase()
