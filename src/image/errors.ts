// Glance's wording and wire format: webob's own pages, in HTML, JSON or text as the caller accepts. What Glance passes as
// the explanation stands alone; what it passes as a detail follows the canned explanation of the status.
import { STATUS_CODES } from 'node:http'
import {
  badRequest,
  CloudError,
  type ErrorDetails,
  type ErrorKind,
  forbidden,
  notFound,
  unsupportedMediaType,
} from '#platform/errors.ts'
import type { Asked, ErrorContext, Wire } from '#platform/http/service.ts'
import { describeIssue } from '#platform/http/validation.ts'
import { versionsDocument } from './versions.ts'

/** A failure whose message webob shows behind the canned explanation of its status. */
export const detailed = (kind: ErrorKind, message: string, details: ErrorDetails = {}): CloudError =>
  new CloudError(kind, message, { ...details, extra: { isDetail: true } })

export const noImage = (id: string): CloudError => notFound(`No image found with ID ${id}`)

/** An image the caller may see but not act on, or the policy as a whole. */
export const notAuthorized = (action: string): CloudError =>
  forbidden(`You are not authorized to complete ${action} action.`)

/** A body that breaks a schema. */
export const schemaViolation = (schema: string, reason: string): CloudError =>
  badRequest(`Provided object does not match schema '${schema}': ${reason}`)

/** A body that is nothing at all, or no object and no list. */
export const refusedBody = (value: unknown): CloudError =>
  badRequest(value === undefined ? 'Body expected in request.' : 'Unexpected body type. Expected list/dict.')

const BROKEN = 'The server has either erred or is incapable of performing\r\nthe requested operation.\r\n'

const explanations: Readonly<Record<number, string>> = {
  400: 'The server could not comply with the request since\r\nit is either malformed or otherwise incorrect.\r\n',
  403: 'Access was denied to this resource.',
  404: 'The resource could not be found.',
  409: 'There was a conflict when trying to complete your request.',
  413: 'The body of your request was too large for this server.',
  416: 'The Range requested is not available.',
  500: BROKEN,
  501: BROKEN,
  502: 'Bad gateway.',
  504: 'The gateway has timed out.',
}

/** The platform's words for a route without the method. */
const NO_METHOD = 'The method is not allowed for the requested URL.'

/** webob's page for the error, before it is made HTML or text; `escape` is used on what is not webob's own. */
const pageOf = (error: CloudError, context: ErrorContext, escape: (text: string) => string): string => {
  const canned = explanations[error.status] ?? ''
  if (error.status === 415) {
    const type = escape(context.contentType)
    return `The request media type ${type} is not supported by this server.\n<br /><br />\n${escape(error.message)}`
  }
  if (error.status === 405) {
    // Where Glance has something to say it says only that.
    if (error.message !== NO_METHOD) return escape(error.message)
    return `The method ${context.method} is not allowed for this resource. <br /><br />\n`
  }
  const isDetail = error.extra['isDetail'] === true
  const [explanation, detail] = isDetail ? [canned, error.message] : [error.message || canned, '']
  return `${escape(explanation)}<br /><br />\n${escape(detail)}\n\n`
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const stripTags = (page: string): string =>
  page
    .replaceAll('\n', ' ')
    .replaceAll('\r', '')
    .replace(/<br.*?>/gis, '\n')
    .replace(/<.*?>/gs, '')

/** Where webob's titles are not Node's. */
const titles: Readonly<Record<number, string>> = {
  413: 'Request Entity Too Large',
  416: 'Request Range Not Satisfiable',
}

const render = (error: CloudError, context: ErrorContext, hasCache: boolean): { contentType: string; body: string } => {
  if (error.status === 300) {
    return { contentType: 'application/json', body: JSON.stringify(versionsDocument(context.baseUrl, hasCache)) }
  }
  if (error.status === 302) return { contentType: 'text/plain; charset=UTF-8', body: '' }
  const title = titles[error.status] ?? STATUS_CODES[error.status] ?? 'Error'
  const code = `${error.status} ${title}`
  const { accept } = context
  if (accept === '' || accept.includes('text/html') || accept.includes('*/*')) {
    const page = pageOf(error, context, escapeHtml)
    const body = `<html>\n <head>\n  <title>${code}</title>\n </head>\n <body>\n  <h1>${code}</h1>\n  ${page}\n </body>\n</html>`
    return { contentType: 'text/html; charset=UTF-8', body }
  }
  const page = pageOf(error, context, (text) => text)
  if (accept.includes('application/json')) {
    return { contentType: 'application/json', body: JSON.stringify({ message: page, code, title }) }
  }
  return { contentType: 'text/plain; charset=UTF-8', body: `${code}\n\n${stripTags(page)}` }
}

/** @param hasCache whether images can be cached: it decides which versions there are */
export const createImageWire = (hasCache: boolean): Wire => ({
  render: (error, context) => render(error, context, hasCache),
  forbidden: notAuthorized,
  invalid: (issue) => {
    if (issue.path.length === 0 && (typeof issue.value !== 'object' || issue.value === null)) {
      return refusedBody(issue.value)
    }
    return schemaViolation('image', describeIssue(issue))
  },
  malformed: () => badRequest('Malformed JSON in request body.'),
  otherType: (type) => unsupportedMediaType(`Invalid content type ${type}`),
  noRoute,
})

/** Any path outside /v2 is answered with the choice of versions, and methods that Glance does not know with 501. */
const noRoute = ({ method, path, baseUrl }: Asked): CloudError => {
  if (path === '/v2') return new CloudError('notFound', '', { status: 302, headers: { location: `${baseUrl}/v2/` } })
  if (!path.startsWith('/v2/')) return new CloudError('notFound', '', { status: 300 })
  return method === 'OPTIONS' ? new CloudError('notFound', '', { status: 501 }) : notFound('')
}
