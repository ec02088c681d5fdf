// Images that lie on web servers of others: they are read there and never written. Nobody gets at what only this machine can
// reach, by the same rules as downloads of imports.
import { DownloadError, openUrl } from '../../imports/download/open-url.ts'
import { type DownloadRules, parseDownloadUrl } from '../../imports/rules/uri.ts'
import { type ByteRange, type ImageStore, StoreError, type StoreIdentity } from '../driver.ts'
import { pickRange } from '../pick-range.ts'

/** A store whose objects are named by their URLs. */
export const createHttpStore = (identity: StoreIdentity, rules: DownloadRules): ImageStore => {
  const open = async (url: string, range?: ByteRange) => {
    try {
      return await openUrl(url, rules, {
        signal: new AbortController().signal,
        method: 'http',
        headers: range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` },
      })
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error
      if (error.status === 404 || error.status === 410) return undefined
      throw new StoreError('away', error.message, error)
    }
  }
  const disabled = () => Promise.reject(new StoreError('disabled', 'The store only reads.'))
  return {
    ...identity,
    type: 'http',
    isReadOnly: true,
    properties: {},
    write: disabled,
    read: async (url, range) => {
      const answer = await open(url, range)
      // A server need not know ranges: then all of it comes.
      return answer === undefined || range === undefined || answer.statusCode === 206
        ? answer
        : pickRange(answer, range)
    },
    sizeOf: async (url) => {
      const answer = await open(url)
      answer?.destroy()
      const size = Number(answer?.headers['content-length'])
      return Number.isSafeInteger(size) ? size : undefined
    },
    sweep: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    remove: () => Promise.resolve(),
    pathOf: () => undefined,
    isInUse: () => Promise.resolve(false),
    urlOf: (url) => url,
    nameOf: (url) => (parseDownloadUrl(url, rules) === undefined ? undefined : url),
  }
}
