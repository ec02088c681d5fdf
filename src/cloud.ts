// The composition root: every service in dependency order, each handed the doors it may use. This is the real diagram of the program.
import { createCompute } from '#compute/service.ts'
import { createIdentity, type IdentityDoor } from '#identity/service.ts'
import { createImage, type ImageDoors } from '#image/service.ts'
import { createNetwork } from '#network/service.ts'
import { createPlacement } from '#placement/service.ts'
import type { Authenticate } from '#platform/auth/caller.ts'
import type { Handlers } from '#platform/bus/bus.ts'
import type { Ctx } from '#platform/context.ts'
import type { Service } from '#platform/http/service.ts'
import type { Platform } from '#platform/platform.ts'
import { createOperator } from './operator/door.ts'

/** The services of a cloud, and who knows their callers. */
export type Cloud = {
  readonly services: readonly Service[]
  readonly authenticate: Authenticate
  /** What the operator's commands ask, over the bus. */
  readonly operator: Handlers
}

/** Puts the cloud together; nothing runs yet. */
export function createCloud(platform: Platform, context: () => Ctx): Cloud {
  const services: Service[] = []
  // The catalog shows every service there will be.
  const identity = createIdentity(platform, () => services.map(({ api }) => api))
  const image = createImage(platform, imageDoors(identity.door))
  const placement = createPlacement()
  const network = createNetwork(platform, context)
  const compute = createCompute(platform, { identity, image: image.door, placement: placement.door, network }, context)
  services.push(identity.service, image.service, placement.service, network.service, compute.service)
  const operator = createOperator(
    { image, placement, network, compute },
    services,
    platform.clock,
    context,
    identity.changed,
  )
  return { services, authenticate: identity.authenticate, operator }
}

const TOKEN_PURPOSE = 'image/imports/token'

const imageDoors = ({ findEndpoint, limitsOf, seal, unseal }: IdentityDoor): ImageDoors => ({
  findImageEndpoint: (ctx, region, face) => findEndpoint(ctx, 'image', region, face),
  limitsOf: (ctx, projectId) => limitsOf(ctx, 'image', projectId),
  sealToken: (token) => seal(token, TOKEN_PURPOSE),
  openToken: (sealed) => unseal(sealed, TOKEN_PURPOSE),
})
