// A browser comes back from its identity provider with an answer. It comes from another site, so that no cookie is with it yet: it is sent on
// to where its login began, with the session that the answer has opened as its code.

import type { Ctx } from '#platform/context.ts'
import type { SamlSp } from './service-provider.ts'
import { openSession } from './session.ts'

/** Where a browser goes on that has brought a form. @throws unauthorized */
export async function returnBrowser(ctx: Ctx, sp: SamlSp, form: URLSearchParams): Promise<string> {
  const xml = Buffer.from(form.get('SAMLResponse') ?? '', 'base64').toString('utf8')
  // Whether this browser was asked is seen where it goes on to.
  const { idp, session } = await openSession(ctx, sp, xml, sp.postUrl, ({ inResponseTo }) => inResponseTo !== undefined)
  const place = `identity_providers/${encodeURIComponent(idp.idpId)}/protocols/${encodeURIComponent(idp.protocolId)}`
  const query = new URLSearchParams({ state: form.get('RelayState') ?? '', code: session })
  return `${sp.url}/v3/auth/OS-FEDERATION/${place}/websso?${query.toString()}`
}
