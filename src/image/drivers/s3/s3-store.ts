// Images as objects of one bucket. Small ones are put at once; larger ones in parts, of which one is sent while the next fills.
// S3 shows an object when its last part is confirmed, so that nothing half-done is ever seen.
import { XMLParser } from 'fast-xml-parser'
import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { createS3Client, type S3Account, S3Error, S3SilenceError } from '#lib/s3/client.ts'
import { type ImageStore, isObjectName, StoreError, type StoreIdentity } from '../driver.ts'
import { inParts } from './parts.ts'

const MIB = 1024 * 1024
const MAX_PARTS = 10_000
/** Parts on their way at once; each is in memory. */
const CONCURRENCY = 2

/** Options of the store, as Glance calls them; sizes in MiB. */
export type S3Options = {
  readonly s3_store_bucket: string
  readonly s3_store_create_bucket_on_put: boolean
  readonly s3_store_large_object_chunk_size: number
}

type Part = Uint8Array<ArrayBuffer>

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => LISTS.has(name) })
const LISTS: ReadonlySet<string> = new Set(['Contents', 'Upload', 'Part'])

const listing = Type.Object({
  ListBucketResult: Type.Object({
    Contents: Type.Optional(Type.Array(Type.Object({ Key: Type.String() }))),
    NextContinuationToken: Type.Optional(Type.String()),
  }),
})
const uploadsListing = Type.Object({
  ListMultipartUploadsResult: Type.Object({
    Upload: Type.Optional(
      Type.Array(Type.Object({ Key: Type.String(), UploadId: Type.String(), Initiated: Type.String() })),
    ),
  }),
})
const partsListing = Type.Object({
  ListPartsResult: Type.Object({ Part: Type.Optional(Type.Array(Type.Object({ LastModified: Type.String() }))) }),
})
const begun = Type.Object({ InitiateMultipartUploadResult: Type.Object({ UploadId: Type.String() }) })

/** A store in a bucket; nothing is asked of the server yet. */
export const createS3Store = (identity: StoreIdentity, account: S3Account, options: S3Options): ImageStore => {
  const bucket = options.s3_store_bucket
  const chunk = options.s3_store_large_object_chunk_size * MIB
  const client = createS3Client(account)
  const prefix = `${account.endpoint.protocol === 'https:' ? 's3+https' : 's3'}://${account.endpoint.host}/${bucket}/`
  const pathOf = (name: string): string => `/${bucket}/${encodeURIComponent(name)}`
  const isThere = async <T>(request: Promise<T>): Promise<T | undefined> => {
    try {
      return await request
    } catch (error) {
      if (error instanceof S3Error && error.status === 404) return undefined
      throw toStoreError(error)
    }
  }

  const ensureBucket = async (): Promise<void> => {
    if ((await isThere(client.ask({ method: 'HEAD', path: `/${bucket}` }))) !== undefined) return
    if (!options.s3_store_create_bucket_on_put)
      throw new StoreError('away', `The bucket ${bucket} does not exist in S3.`)
    await client.ask({ method: 'PUT', path: `/${bucket}` })
  }

  const writeParts = async (name: string, parts: AsyncIterable<Part>): Promise<void> => {
    const path = pathOf(name)
    const { text } = await client.ask({ method: 'POST', path, params: { uploads: '' } })
    const { UploadId: uploadId } = Value.Parse(begun, parser.parse(text)).InitiateMultipartUploadResult
    try {
      const tags: string[] = []
      const sending = new Set<Promise<void>>()
      let failure: unknown
      const send = async (number: number, body: Part): Promise<void> => {
        const { headers } = await client.ask({
          method: 'PUT',
          path,
          params: { partNumber: String(number), uploadId },
          body,
        })
        tags[number - 1] = headers.etag ?? ''
      }
      let count = 0
      for await (const part of parts) {
        count += 1
        if (count > MAX_PARTS)
          throw new StoreError('full', 'S3 takes no more parts: the size of the image must be known.')
        const sent: Promise<void> = send(count, part)
          .catch((error: unknown) => {
            failure ??= error
          })
          .finally(() => sending.delete(sent))
        sending.add(sent)
        if (sending.size >= CONCURRENCY) await Promise.race(sending)
        if (failure !== undefined) break
      }
      await Promise.all(sending)
      if (failure !== undefined) throw failure
      const rows = tags.map((tag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${tag}</ETag></Part>`)
      const body = Buffer.from(`<CompleteMultipartUpload>${rows.join('')}</CompleteMultipartUpload>`)
      const answer = await client.ask({ method: 'POST', path, params: { uploadId }, body })
      // S3 may answer 200 before it fails.
      if (answer.text.includes('<Error>')) throw new S3Error(500, 'CompleteMultipartUpload', path)
    } catch (error) {
      await client.ask({ method: 'DELETE', path, params: { uploadId } }).catch(() => undefined)
      throw error
    }
  }

  return {
    ...identity,
    type: 's3',
    isReadOnly: false,
    properties: {
      s3_store_large_object_size: chunk,
      s3_store_large_object_chunk_size: chunk,
      s3_store_thread_pools: CONCURRENCY,
    },
    pathOf: () => undefined,
    write: async (name, source, size = 0) => {
      if (!isObjectName(name)) throw new Error(`not the name of an object: ${name}`)
      try {
        await ensureBucket()
        const parts = inParts(source, Math.max(chunk, Math.ceil(size / MAX_PARTS)))
        const first = await parts.next()
        const second = first.done === true ? first : await parts.next()
        if (second.done !== true) {
          await writeParts(name, chain([first.value ?? new Uint8Array(0), second.value], parts))
        } else {
          await client.ask({ method: 'PUT', path: pathOf(name), body: first.value ?? new Uint8Array(0) })
        }
      } catch (error) {
        throw toStoreError(error)
      }
    },
    read: (name, range) =>
      isThere(
        client.open({
          method: 'GET',
          path: pathOf(name),
          ...(range === undefined ? {} : { headers: { range: `bytes=${range.start}-${range.end}` } }),
        }),
      ),
    sizeOf: async (name) => {
      const answer = await isThere(client.ask({ method: 'HEAD', path: pathOf(name) }))
      return answer === undefined ? undefined : Number(answer.headers['content-length'])
    },
    list: async () => {
      const names: string[] = []
      for (let token: string | undefined, isFirst = true; isFirst || token !== undefined; isFirst = false) {
        const params = { 'list-type': '2', ...(token === undefined ? {} : { 'continuation-token': token }) }
        const answer = await isThere(client.ask({ method: 'GET', path: `/${bucket}`, params }))
        if (answer === undefined) return []
        const page = Value.Parse(listing, parser.parse(answer.text)).ListBucketResult
        names.push(...(page.Contents ?? []).map(({ Key: key }) => key).filter(isObjectName))
        token = page.NextContinuationToken
      }
      return names
    },
    remove: async (name) => {
      await isThere(client.ask({ method: 'DELETE', path: pathOf(name) }))
    },
    sweep: async (before) => {
      const answer = await isThere(client.ask({ method: 'GET', path: `/${bucket}`, params: { uploads: '' } }))
      if (answer === undefined) return
      const { Upload: uploads = [] } = Value.Parse(uploadsListing, parser.parse(answer.text)).ListMultipartUploadsResult
      for (const { Key: name, UploadId: uploadId, Initiated: begunAt } of uploads) {
        if (!isObjectName(name) || Date.parse(begunAt) >= before) continue
        const path = pathOf(name)
        const parts = await isThere(client.ask({ method: 'GET', path, params: { uploadId, 'max-parts': '1000' } }))
        if (parts === undefined) continue
        const { Part: list = [] } = Value.Parse(partsListing, parser.parse(parts.text)).ListPartsResult
        if (list.some(({ LastModified: at }) => Date.parse(at) >= before)) continue
        await isThere(client.ask({ method: 'DELETE', path, params: { uploadId } }))
      }
    },
    isInUse: () => Promise.resolve(false),
    urlOf: (name) => `${prefix}${name}`,
    nameOf: (url) => {
      const name = url.startsWith(prefix) ? url.slice(prefix.length) : ''
      return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(name) ? name : undefined
    },
  }
}

async function* chain(first: readonly Part[], rest: AsyncIterable<Part>): AsyncGenerator<Part> {
  yield* first
  yield* rest
}

const toStoreError = (error: unknown): unknown => {
  if (error instanceof S3SilenceError) return new StoreError('away', 'The S3 server does not answer.', error)
  if (!(error instanceof S3Error)) return error
  if (error.code === 'QuotaExceeded' || error.status === 507) {
    return new StoreError('full', 'There is no room left in the S3 store.', error)
  }
  if (error.status === 403 || error.status === 401) return new StoreError('denied', 'S3 does not permit it.', error)
  return new StoreError('away', `The S3 server has failed: ${error.status} ${error.code}.`, error)
}
