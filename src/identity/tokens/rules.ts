import type { Federation, TokenScope } from './payloads.ts'

/** The provider's word in a token's scope; undefined where it rests on none. */
export const federationOf = (scope: TokenScope): Federation | undefined =>
  'identityProviderId' in scope
    ? { groupIds: scope.groupIds, identityProviderId: scope.identityProviderId, protocolId: scope.protocolId }
    : undefined
