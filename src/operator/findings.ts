// What the doctor may find, as it goes over the bus to the operator's command.
import { type Static, Type } from 'typebox'

/** Each kind says of what `subject` is the id, and what `at` names. */
export const findingKind = Type.Union([
  /** A consumer of placement without a live server; `at` its provider. */
  Type.Literal('allocation-without-server'),
  /** A server; `at` its host. */
  Type.Literal('server-without-allocation'),
  /** A port; `at` the server it names. */
  Type.Literal('port-without-server'),
  /** The name of a guest whose server was deleted; `at` its host. */
  Type.Literal('guest-of-deleted-server'),
  /** The name of a guest of which no server was ever known; `at` its host. */
  Type.Literal('guest-unknown'),
  /** A server that should run; `at` its host. */
  Type.Literal('server-without-guest'),
  /** A host; `at` is empty. */
  Type.Literal('host-away'),
  /** The name of image data; `at` its store. */
  Type.Literal('data-without-image'),
  /** An image; `at` the store that should have its data, empty where there is none. */
  Type.Literal('image-without-data'),
  Type.Literal('image-data-corrupt'),
  /** A store of images; `at` is empty. */
  Type.Literal('image-store-away'),
  /** Both are empty. */
  Type.Literal('fabric-away'),
  /** An object of the network; `at` its kind. */
  Type.Literal('fabric-lacks'),
  Type.Literal('fabric-has-stranger'),
  Type.Literal('fabric-not-told'),
  /** A saga; `at` its name and resource. */
  Type.Literal('work-unfinished'),
])

export const finding = Type.Object({ kind: findingKind, subject: Type.String(), at: Type.String() })

/** What was found; after healing, what was healed and what is left. */
export const diagnosis = Type.Object({ healed: Type.Array(finding), left: Type.Array(finding) })

export type FindingKind = Static<typeof findingKind>
export type Finding = Static<typeof finding>
export type Diagnosis = Static<typeof diagnosis>
