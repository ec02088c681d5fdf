import { reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import { readBody } from '../bodies.ts'
import { notAuthenticated } from '../errors.ts'
import { returnBrowser } from './operations/browser.ts'
import { takeAnswer } from './operations/enhanced-client.ts'
import type { SamlIdp } from './operations/issue.ts'
import { METADATA_PATH, PAOS_PATH, POST_PATH, type SamlSp } from './operations/service-provider.ts'
import * as schemas from './schemas.ts'

/** Answers with many groups in them are long. */
const MOST_BYTES = 262_144

/** Keystone's SAML, as an identity provider: https://docs.openstack.org/api-ref/identity/v3-ext/#generate-a-saml-assertion */
export const samlIdpRoutes = (idp: SamlIdp): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v3/OS-FEDERATION/saml2/metadata',
    status: 200,
    policy: null,
    open: true,
    handle: async (ctx) => reply({ headers: { 'content-type': 'text/xml' }, body: await idp.metadata(ctx) }),
  }),
  ...(['saml2', 'saml2/ecp'] as const).map((name) =>
    route({
      method: 'POST',
      path: `/v3/auth/OS-FEDERATION/${name}`,
      status: 200,
      policy: null,
      open: true,
      body: schemas.createAssertion,
      handle: async (ctx, { body: { auth } }) => {
        const { token } = auth.identity
        const { xml, provider } = await idp.issue(ctx, token.id, auth.scope.service_provider.id, name === 'saml2/ecp')
        const urls = { 'x-sp-url': provider.sp_url, 'x-auth-url': provider.auth_url }
        return reply({ headers: { 'content-type': 'text/xml', 'cache-control': 'no-store', ...urls }, body: xml })
      },
    }),
  ),
]

/** Where answers come to, as Shibboleth's service provider has it. */
export const samlSpRoutes = (sp: SamlSp): readonly Route[] => [
  route({
    method: 'GET',
    path: METADATA_PATH,
    status: 200,
    policy: null,
    open: true,
    handle: async (ctx) =>
      reply({ headers: { 'content-type': 'application/samlmetadata+xml' }, body: await sp.metadata(ctx) }),
  }),
  route({
    method: 'POST',
    path: PAOS_PATH,
    status: 302,
    policy: null,
    open: true,
    streams: true,
    handle: async (ctx, { stream }) => {
      const xml = await readBody(stream, MOST_BYTES)
      if (xml === undefined) throw notAuthenticated(ctx.baseUrl)
      const { location, cookie } = await takeAnswer(ctx, sp, xml)
      return reply({ headers: { location, 'set-cookie': cookie, 'cache-control': 'no-store' } })
    },
  }),
  route({
    method: 'POST',
    path: POST_PATH,
    status: 303,
    policy: null,
    open: true,
    streams: true,
    handle: async (ctx, { stream }) => {
      const form = await readBody(stream, MOST_BYTES * 2)
      if (form === undefined) throw notAuthenticated(ctx.baseUrl)
      const location = await returnBrowser(ctx, sp, new URLSearchParams(form))
      return reply({ headers: { location, 'cache-control': 'no-store' } })
    },
  }),
]
