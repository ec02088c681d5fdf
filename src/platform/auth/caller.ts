/** Who makes a request, as the token says. Empty strings never stand for "none": absent scope parts are null. */
export type Caller = {
  readonly userId: string
  readonly userName: string
  readonly userDomainId: string
  readonly userDomainName: string
  readonly projectId: string | null
  readonly projectName: string | null
  readonly projectDomainId: string | null
  readonly projectDomainName: string | null
  /** Set for a domain-scoped token only. */
  readonly domainId: string | null
  readonly domainName: string | null
  /** `all` for a system-scoped token. */
  readonly systemScope: 'all' | null
  /** Role names, implied ones included. */
  readonly roles: readonly string[]
  /** Role names of the X-Service-Token, where one came along. */
  readonly serviceRoles: readonly string[]
  /** What identity alone needs of the token; opaque elsewhere and never saved. */
  readonly token: TokenFacts | null
}

/** Facts of the token that a request came with. */
export type TokenFacts = {
  readonly id: string
  readonly methods: readonly string[]
  readonly auditIds: readonly string[]
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  readonly issuedAt: number
  /** Set where rights are used that were lent. */
  readonly delegation: Delegation | null
  /** Thumbprint (`x5t#S256`) of the certificate it was given for. */
  readonly thumbprint: string | null
}

/** Rights that were lent: by another user (trust, OAuth), or by the user itself to a program (application credential). */
export type Delegation = {
  readonly kind: 'trust' | 'oauth1' | 'application_credential'
  readonly id: string
  /** An application credential that may make others. */
  readonly unrestricted: boolean
  /** The only requests the token is good for; null: whatever its roles allow. */
  readonly accessRules: readonly AccessRule[] | null
}

/** Requests of one kind: `GET /v2.1/servers/*` of `compute`. */
export type AccessRule = { readonly service: string; readonly method: string; readonly path: string }

/** The caller of a request without a token. */
export const nobody: Caller = {
  userId: '',
  userName: '',
  userDomainId: '',
  userDomainName: '',
  projectId: null,
  projectName: null,
  projectDomainId: null,
  projectDomainName: null,
  domainId: null,
  domainName: null,
  systemScope: null,
  roles: [],
  serviceRoles: [],
  token: null,
}

/** The cloud itself, for reconcilers and work that no user asked for. */
export const cloudItself: Caller = {
  ...nobody,
  userId: 'haneul',
  userName: 'haneul',
  systemScope: 'all',
  roles: ['admin', 'service'],
}

/**
 * Turns a token into its caller. Answers at once (no promise) where the token is known, so that the hot path stays synchronous.
 * Null: the token is not valid, for whatever reason.
 */
export type Authenticate = (token: string) => Caller | null | Promise<Caller | null>
