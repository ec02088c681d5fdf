// Error bodies that more than one service writes. Facts: api/error-shapes.yaml of the design material.
import { STATUS_CODES } from 'node:http'
import { type CloudError, unauthorized } from '../errors.ts'
import type { ErrorContext } from './service.ts'

const json = (body: unknown) => ({ contentType: 'application/json', body: JSON.stringify(body) })

/** What every service behind the token middleware answers without a valid token. */
export const middlewareUnauthorized = (identityUrl: string): CloudError =>
  unauthorized('The request you have made requires authentication.', {
    headers: { 'www-authenticate': `Keystone uri="${identityUrl}"` },
  })

/** Keystone's shape, which the token middleware uses too: `{"error": {"code", "title", "message"}}`. */
export const renderKeystone = (error: CloudError) =>
  json({
    error: { code: error.status, message: error.message, title: STATUS_CODES[error.status] ?? 'Error', ...error.extra },
  })

const faultNames: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  405: 'badMethod',
  409: 'conflictingRequest',
  413: 'overLimit',
  415: 'badMediaType',
  429: 'overLimit',
  501: 'notImplemented',
  503: 'serviceUnavailable',
}

/** Nova's and Cinder's shape: `{"itemNotFound": {"code", "message"}}`. */
export const renderFault = (error: CloudError) => ({
  contentType: 'application/json; charset=UTF-8',
  body: JSON.stringify({
    [faultNames[error.status] ?? 'computeFault']: { code: error.status, message: error.message, ...error.extra },
  }),
})

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[char] ?? char)

/** A bare webob exception, as Glance answers: HTML, or JSON or text where the caller asks for it. */
export function renderWebob(error: CloudError, { accept }: ErrorContext): { contentType: string; body: string } {
  const title = STATUS_CODES[error.status] ?? 'Error'
  const code = `${error.status} ${title}`
  if (accept.includes('text/html') || accept.includes('*/*')) {
    const body = `<html>\n <head>\n  <title>${code}</title>\n </head>\n <body>\n  <h1>${code}</h1>\n  ${escapeHtml(error.message)}<br /><br />\n\n\n </body>\n</html>`
    return { contentType: 'text/html; charset=UTF-8', body }
  }
  if (accept.includes('application/json')) {
    return {
      contentType: 'application/json; charset=UTF-8',
      body: JSON.stringify({ message: `${error.message}<br /><br />\n\n\n`, code, title }),
    }
  }
  return { contentType: 'text/plain; charset=UTF-8', body: `${code}\n\n${error.message}\n\n` }
}
