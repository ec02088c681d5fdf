import { reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { SamlIdp } from './operations/issue.ts'
import * as schemas from './schemas.ts'

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
