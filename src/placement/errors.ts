// Placement's wording and wire format. Source: placement/util.py (json_error_formatter), placement/errors.py, and
// webob, whose canned explanation of a status comes before what the service has to say.
import { STATUS_CODES } from 'node:http'
import { jsonComplaint } from '#lib/python-json/complaint.ts'
import { badRequest, type CloudError, conflict, forbidden, notFound, unsupportedMediaType } from '#platform/errors.ts'
import { versionHeaders } from '#platform/http/server.ts'
import type { ErrorContext, Wire } from '#platform/http/service.ts'
import { describeIssue } from '#platform/http/validation.ts'
import { ERROR_CODES, placementVersions } from './versions.ts'

/** Codes of the `code` key of an error, from 1.23 on. */
export const CONCURRENT_UPDATE = 'placement.concurrent_update'
export const DUPLICATE_NAME = 'placement.duplicate_name'
export const INVENTORY_IN_USE = 'placement.inventory.inuse'
export const PROVIDER_IN_USE = 'placement.resource_provider.inuse'
export const PROVIDER_IS_PARENT = 'placement.resource_provider.cannot_delete_parent'
export const PROVIDER_NOT_FOUND = 'placement.resource_provider.not_found'
const UNDEFINED_CODE = 'placement.undefined_code'

export const noProvider = (uuid: string): CloudError => notFound(`No resource provider with uuid ${uuid} found`)

export const noResourceClass = (name: string): CloudError => notFound(`No such resource class ${name}.`)

export const noTrait = (name: string): CloudError => notFound(`No such trait(s): ${name}.`)

/** Somebody else changed the provider since the caller read it. */
export const generationConflict = (): CloudError =>
  conflict("Resource provider's generation already changed. Please update the generation and try again.", {
    code: CONCURRENT_UPDATE,
  })

/** Webob's pages: the explanation of a status, a break, and what the service has to say. */
const explanations: Readonly<Record<number, (context: ErrorContext) => string>> = {
  400: () => 'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  403: () => 'Access was denied to this resource.',
  404: () => 'The resource could not be found.',
  405: ({ method }) => `The method ${method} is not allowed for this resource. `,
  406: ({ accept }) =>
    `The resource could not be generated that was acceptable to your browser\n(content of type ${accept || 'application/json'}. `,
  409: () => 'There was a conflict when trying to complete your request.',
  413: () => 'The body of your request was too large for this server.',
  415: ({ contentType }) => `The request media type ${contentType || 'None'} is not supported by this server.\n`,
  500: () => 'The server has either erred or is incapable of performing the requested operation.',
}

/** Templates of webob that end with the detail; the others leave room for a comment behind it. */
const BARE_TEMPLATES = new Set([405, 406, 415])

const BREAK = '<br /><br />\n'

const pageOf = (error: CloudError, context: ErrorContext, escape: (text: string) => string): string => {
  const ending = BARE_TEMPLATES.has(error.status) ? '' : '\n\n'
  return `${escape(explanations[error.status]?.(context) ?? '')}${BREAK}${escape(error.message)}${ending}`
}

/** The page as text: line ends become spaces, breaks line ends, and what looks like a tag goes. */
const detailOf = (error: CloudError, context: ErrorContext): string =>
  pageOf(error, context, (text) => text)
    .replaceAll('\n', ' ')
    .replaceAll(/<br.*?>/gi, '\n')
    .replaceAll(/<.*?>/g, '')

const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#x27;')

const render = (error: CloudError, context: ErrorContext): { contentType: string; body: string } => {
  const title = STATUS_CODES[error.status] ?? 'Error'
  const { accept } = context
  const wantsJson = accept === '' || accept === '*/*' || accept.includes('application/json')
  if (!wantsJson) {
    if (!accept.includes('text/html') && !accept.includes('*/*')) {
      return {
        contentType: 'text/plain; charset=UTF-8',
        body: `${error.status} ${title}\n\n${detailOf(error, context)}`,
      }
    }
    const heading = `${error.status} ${title}`
    return {
      contentType: 'text/html; charset=UTF-8',
      body: `<html>\n <head>\n  <title>${heading}</title>\n </head>\n <body>\n  <h1>${heading}</h1>\n  ${pageOf(error, context, escapeHtml)}\n </body>\n</html>`,
    }
  }
  const { requestId, version } = context
  return {
    contentType: 'application/json',
    body: JSON.stringify({
      errors: [
        {
          status: error.status,
          title,
          detail: detailOf(error, context),
          ...(version >= ERROR_CODES ? { code: error.code ?? UNDEFINED_CODE } : {}),
          request_id: requestId,
          ...error.extra,
        },
      ],
    }),
  }
}

export const placementWire: Wire = {
  render,
  forbidden: (rule) => forbidden(`Policy does not allow ${rule} to be performed.`),
  invalid: (issue) => {
    if (issue.in === 'query') return badRequest(`Invalid query string parameters: ${describeIssue(issue)}`)
    if (issue.value === undefined) return badRequest('Malformed JSON: Expecting value: line 1 column 1 (char 0)')
    return badRequest(`JSON does not validate: ${describeIssue(issue)}`)
  },
  malformed: (reason, text) => badRequest(`Malformed JSON: ${jsonComplaint(text) ?? reason}`),
  otherType: (contentType) => otherType(contentType.split(';')[0]?.trim() ?? contentType),
  noType: (hasBody) =>
    hasBody ? badRequest('content-type header required when content-length > 0') : otherType('None'),
  notAllowed: 'The method specified is not allowed for this resource.',
  noRoute: () => notFound(''),
  headers: ({ version }) => ({ ...versionHeaders(placementVersions, version), vary: 'openstack-api-version' }),
}

const otherType = (contentType: string): CloudError =>
  unsupportedMediaType(`The media type ${contentType} is not supported, use application/json`)
