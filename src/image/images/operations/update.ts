import { Value } from 'typebox/value'
import type { Ctx } from '#platform/context.ts'
import { inTransaction } from '#platform/db/db.ts'
import { conflict, forbidden } from '#platform/errors.ts'
import { checker } from '#platform/http/validation.ts'
import { describeIssue } from '#platform/http/validation.ts'
import { detailed, schemaViolation } from '../../errors.ts'
import type { Source } from '../../data/stores.ts'
import { isLocations, type LocationDeps, patchLocations } from '../../locations/operations/patch.ts'
import { requireSome } from '../../locations/rules/validation.ts'
import type { PatchChange } from '../rules/patch.ts'
import { checkLetters, checkMinimum, checkProperties, checkTags } from '../rules/properties.ts'
import { policyTarget } from '../rules/visibility.ts'
import { attributes, oneAttribute } from '../schemas.ts'
import { propertiesOf, updateImage as writeImage } from '../store/images.ts'
import type { ImageRow } from '../store/tables.ts'
import { authorizeVisibility } from './create.ts'
import { enforce, getVisible, isAdmin } from './find.ts'

const checkAttribute = checker(oneAttribute, 'body')

/**
 * Applies a patch, all of it or nothing.
 * @throws notFound, forbidden, badRequest, conflict (a property that is or is not there), tooLarge
 */
export const updateImage = async (
  ctx: Ctx,
  deps: LocationDeps,
  id: string,
  changes: readonly PatchChange[],
): Promise<ImageRow> => {
  for (const change of changes) if (change.op !== 'remove') checkValue(change)
  for (let tries = 0; tries < TRIES; tries += 1) {
    const written = await tryUpdate(ctx, deps, id, changes)
    if (written !== undefined) return written
  }
  throw conflict(`Image ${id} is being changed by others all the time.`)
}

/** How often an update begins again because another one came between. */
const TRIES = 10

const tryUpdate = async (
  ctx: Ctx,
  deps: LocationDeps,
  id: string,
  changes: readonly PatchChange[],
): Promise<ImageRow | undefined> => {
  const before = await getVisible(ctx, id)
  if (changes.length === 0) enforce(ctx, 'modify_image', before)
  const draft: Draft = { ctx, before, image: { ...before }, properties: propertiesOf(before) }
  const removed: Source[] = []
  for (const change of changes) {
    if (change.name !== 'locations') apply(draft, change)
    else removed.push(...(await applyToLocations(draft, deps, change)))
  }
  const isGrowing = Object.keys(draft.properties).some((name) => !Object.hasOwn(propertiesOf(before), name))
  checkProperties(draft.properties, isGrowing)
  const after = { ...draft.image, properties: JSON.stringify(draft.properties), updated_at: ctx.now }
  if (changes.length === 0) return before
  if (!(await inTransaction(ctx, (tx) => writeImage(tx, before, after)))) return undefined
  for (const { store, name } of removed) {
    await store
      .remove(name)
      .catch((error: unknown) =>
        ctx.log.error({ err: error, image: id, store: store.id }, 'image data was not removed'),
      )
  }
  return after
}

type Draft = { ctx: Ctx; before: ImageRow; image: ImageRow; properties: Record<string, string> }

const checkValue = ({ op, name, value }: Exclude<PatchChange, { op: 'remove' }>): void => {
  if (name === 'locations') {
    if (!isLocations(op, value))
      throw schemaViolation('image', `${JSON.stringify(value)} is not valid under 'locations'`)
    return
  }
  checkAttribute({ [name]: value }, 0, (issue) => schemaViolation('image', describeIssue(issue)))
}

const applyToLocations = async (
  { ctx, before, image }: Draft,
  deps: LocationDeps,
  change: PatchChange,
): Promise<Source[]> => {
  if (change.op === 'replace' && Array.isArray(change.value)) requireSome(change.value)
  enforce(ctx, change.op === 'remove' ? 'delete_image_location' : 'set_image_location', before)
  const source = await patchLocations(deps, image, change)
  return source === undefined ? [] : [source]
}

const apply = (draft: Draft, change: PatchChange): void => {
  const { ctx, before, properties } = draft
  const { name } = change
  if (change.op === 'replace' && name === 'owner' && !isAdmin(ctx)) {
    throw detailed('forbidden', "Owner can't be updated by non admin.")
  }
  if (name === 'visibility' && change.op !== 'remove' && typeof change.value === 'string') {
    const wanted = change.value === 'public' || change.value === 'community' ? change.value : undefined
    authorizeVisibility(ctx, wanted, policyTarget(before, ctx.caller.projectId))
  }
  enforce(ctx, 'modify_image', before)
  const isAttribute = Object.hasOwn(attributes, name)
  if (change.op === 'remove') {
    if (isAttribute) throw detailed('forbidden', `Property ${name} may not be removed.`)
    if (!Object.hasOwn(properties, name)) throw detailed('conflict', `Property ${name} does not exist.`)
    delete properties[name]
    return
  }
  if (change.op === 'add' && change.isStrict && (isAttribute || Object.hasOwn(properties, name))) {
    throw detailed('conflict', `Property ${name} already present.`)
  }
  if (isAttribute) setAttribute(draft, name, change.value)
  else if (change.op === 'replace' && !Object.hasOwn(properties, name)) {
    throw detailed('conflict', `Property ${name} does not exist.`)
  } else if (typeof change.value === 'string') properties[name] = change.value
  else delete properties[name]
}

/** The value has been checked against the schema of the attribute. */
const setAttribute = ({ image }: Draft, name: string, value: unknown): void => {
  switch (name) {
    case 'disk_format':
    case 'container_format':
      if (image.status !== 'queued' && image.status !== 'importing') {
        throw forbidden(`Attribute ${name} can be only replaced for a queued image.`)
      }
      image[name] = nullable(value)
      break
    case 'name':
    case 'owner':
      image[name] = nullable(value)
      checkLetters(name, image[name])
      break
    case 'protected':
    case 'os_hidden':
      image[name] = value === true ? 1 : 0
      break
    case 'min_disk':
    case 'min_ram':
      checkMinimum(name, Number(value))
      image[name] = Number(value)
      break
    case 'visibility':
      if (Value.Check(attributes.visibility, value)) image.visibility = value
      break
    case 'tags':
      if (Value.Check(attributes.tags, value)) {
        const tags = [...new Set(value)]
        checkTags(tags)
        image.tags = JSON.stringify(tags)
      }
      break
    default:
      throw new Error(`no such attribute: ${name}`)
  }
}

const nullable = (value: unknown): string | null => (typeof value === 'string' ? value : null)
