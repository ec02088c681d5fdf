// What an import fetches: data from the web, or an image of another cloud with what it says of itself.
import type { Ctx } from '#platform/context.ts'
import { badRequest } from '#platform/errors.ts'
import { CONTAINER_FORMATS, DISK_FORMATS } from '../../images/schemas.ts'
import { copiedFrom } from '../rules/plugins.ts'
import { watch } from '../saga/progress.ts'
import type { ImportDeps, ImportState } from '../saga/state.ts'
import { DownloadError, openUrl } from './open-url.ts'

const MAX_DESCRIPTION = 1024 * 1024

const asRefusal = (error: unknown): unknown => (error instanceof DownloadError ? badRequest(error.message) : error)

/**
 * Reads what the other cloud says of the image.
 * @throws badRequest
 */
export const describeRemote = async (
  ctx: Ctx,
  { rules, plugins, doors }: ImportDeps,
  { remote, properties }: ImportState,
): Promise<Partial<ImportState>> => {
  if (remote === null) return {}
  if (remote.problem !== undefined) throw badRequest(remote.problem)
  try {
    const headers = { 'x-auth-token': doors.openToken(remote.token), accept: 'application/json' }
    const answer = await openUrl(remote.url, rules, { signal: ctx.signal, headers, method: 'glance-download' })
    const image = parseDescription(await readText(answer))
    const { status, size, disk_format: disk, container_format: container } = image
    if (status !== 'active') {
      throw badRequest(`Source image status should be active instead of ${String(status)}`)
    }
    if (typeof size !== 'number' || !Number.isSafeInteger(size)) {
      throw badRequest(`Size attribute of remote image ${String(image['id'])} could not be determined.`)
    }
    const formats = { disk: oneOf(disk, DISK_FORMATS), container: oneOf(container, CONTAINER_FORMATS) }
    return { expected: size, formats, properties: { ...copiedFrom(plugins, image), ...properties } }
  } catch (error) {
    throw asRefusal(error)
  }
}

const oneOf = (value: unknown, known: readonly string[]): string => {
  if (typeof value === 'string' && known.includes(value)) return value
  throw badRequest(`The remote image has a format that is not known here: ${String(value)}`)
}

const readText = async (source: AsyncIterable<unknown>): Promise<string> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of source) {
    if (!Buffer.isBuffer(part)) continue
    size += part.length
    if (size > MAX_DESCRIPTION) throw new DownloadError('The remote image service says too much.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

const parseDescription = (text: string): Readonly<Record<string, unknown>> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  if (typeof value !== 'object' || value === null) throw new DownloadError('The remote image service sent no image.')
  return { ...value }
}

/**
 * Brings the data into the staging area.
 * @throws badRequest, tooLarge
 */
export const fetchData = async (ctx: Ctx, deps: ImportDeps, current: ImportState): Promise<void> => {
  const { taskId, imageId, uri, remote, expected } = current
  const url = remote === null ? uri : `${remote.url}/file`
  if (url === null) return
  try {
    const headers: Record<string, string> =
      remote === null ? {} : { 'x-auth-token': deps.doors.openToken(remote.token) }
    const method = remote === null ? 'web-download' : 'glance-download'
    const source = await openUrl(url, deps.rules, { signal: ctx.signal, headers, method })
    const intake = watch(ctx, deps, taskId, source, 'Downloaded')
    await deps.stores.staging().write(imageId, intake.bytes)
    const length = source.headers['content-length']
    const { size } = intake.facts()
    if (length !== undefined && Number(length) !== size) throw new DownloadError(`${url} ended too early`)
    if (expected !== null && expected !== size) {
      throw new DownloadError(
        `Task ${taskId} failed because downloaded data size ${size} is different from expected ${expected}`,
      )
    }
  } catch (error) {
    throw asRefusal(error)
  }
}
