import type { Ctx } from '#platform/context.ts'

/** What image needs of identity, in image's words. */
export type ImageDoors = {
  /** The URL of an image service of another region, as the catalog of the caller has it. */
  readonly findImageEndpoint: (ctx: Ctx, region: string, face: string) => Promise<string | undefined>
  /** What a project may use, by the name of the limit. */
  readonly limitsOf: (ctx: Ctx, projectId: string) => Promise<ReadonlyMap<string, number>>
  /** Makes a token fit to be written down, and reads it again. */
  readonly sealToken: (token: string) => string
  readonly openToken: (sealed: string) => string
}

/** A cloud of images alone, as tests have it: there is no other region, and no token is written down. */
export const noDoors: ImageDoors = {
  findImageEndpoint: () => Promise.resolve(undefined),
  limitsOf: () => Promise.resolve(new Map()),
  sealToken: () => '',
  openToken: () => '',
}
