import type { Ctx } from '#platform/context.ts'
import { unauthorized } from '#platform/errors.ts'
import { renderedJson, reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import { queryOf } from '../lists.ts'
import { askClient, PAOS_TYPE } from '../saml/operations/enhanced-client.ts'
import { bodyOf } from '../tokens/operations/render.ts'
import { type Federations, loginAt } from './operations/login.ts'
import type { Visit, WebSso } from './operations/websso.ts'
import { formHeaders, viewForm } from './view.ts'

const auth = '/v3/OS-FEDERATION/identity_providers/:idp_id/protocols/:protocol_id/auth'
const websso = '/v3/auth/OS-FEDERATION/identity_providers/:idp_id/protocols/:protocol_id/websso'
const paosHeaders = { 'content-type': PAOS_TYPE, 'cache-control': 'no-store' } as const
const methods = ['GET', 'POST'] as const

/** Keystone's federated logins: https://docs.openstack.org/api-ref/identity/v3-ext/#request-an-unscoped-os-federation-token */
export const federationRoutes = (federations: Federations, sso: WebSso): readonly Route[] => [
  ...methods.map((method) =>
    route({
      method,
      path: auth,
      status: 201,
      policy: null,
      open: true,
      handle: async (ctx, { params, stream, headers }) => {
        const question = await askClient(ctx, federations.saml, params.idp_id, params.protocol_id, headers)
        if (question !== undefined) return reply({ status: 200, headers: paosHeaders, body: question })
        const { token, entry } = await loginAt(ctx, federations, params.idp_id, params.protocol_id, stream)
        return renderedJson(bodyOf(entry, true), { 'x-subject-token': token })
      },
    }),
  ),
  ...methods.map((method) =>
    route({
      method,
      path: websso,
      status: 200,
      policy: null,
      open: true,
      handle: (ctx, { params, rawQuery, headers }) =>
        visit(ctx, sso, params.idp_id, params.protocol_id, { query: queryOf(rawQuery), cookie: headers.cookie }),
    }),
  ),
  // Where the dashboard does not say by which provider: there must be one alone.
  ...methods.map((method) =>
    route({
      method,
      path: '/v3/auth/OS-FEDERATION/websso/:protocol_id',
      status: 200,
      policy: null,
      open: true,
      handle: (ctx, { params, rawQuery, headers }) => {
        const idpId = federations.onlyProvider(params.protocol_id)
        if (idpId === undefined) throw unauthorized('Missing entity ID from environment')
        return visit(ctx, sso, idpId, params.protocol_id, { query: queryOf(rawQuery), cookie: headers.cookie })
      },
    }),
  ),
]

async function visit(ctx: Ctx, sso: WebSso, idpId: string, protocolId: string, request: Visit) {
  const answer = await sso.visit(ctx, idpId, protocolId, request)
  const cookie = { 'set-cookie': answer.cookie }
  if ('location' in answer) {
    return reply({ status: 302, headers: { ...cookie, location: answer.location, 'cache-control': 'no-store' } })
  }
  return reply({ headers: { ...formHeaders, ...cookie }, body: viewForm(answer) })
}
