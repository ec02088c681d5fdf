import { certificateHeaderOf } from '#platform/auth/client-certificate.ts'
import { reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import type { Logins } from '../tokens/operations/methods.ts'
import { type Certificates, grantByCertificate } from './operations/certificate.ts'
import { grantToken, readForm } from './operations/grant.ts'

/** Nobody may keep what has a token in it (RFC 6749, 5.1). */
const unkept = { 'cache-control': 'no-store', pragma: 'no-cache' }

/** Keystone's OAuth 2.0: https://docs.openstack.org/api-ref/identity/v3-ext/#os-oauth2-api */
export const oauth2Routes = (logins: Logins, certificates: Certificates): readonly Route[] => [
  route({
    method: 'POST',
    path: '/v3/OS-OAUTH2/token',
    status: 200,
    policy: null,
    open: true,
    streams: true,
    handle: async (ctx, { headers, stream }) => {
      const certificate = certificateHeaderOf(stream, certificates.federation.trusted_proxy)
      const byCertificate =
        certificate === undefined
          ? undefined
          : (clientId: string) => grantByCertificate(ctx, logins, certificates, clientId, certificate)
      const answer = await grantToken(ctx, logins, await readForm(stream), headers.authorization, byCertificate)
      if ('error' in answer) {
        const { status, error, description } = answer
        const challenge: Readonly<Record<string, string>> =
          status === 401 ? { 'www-authenticate': `Keystone uri="${ctx.baseUrl}/v3"` } : {}
        return reply({
          status,
          headers: { ...unkept, ...challenge },
          body: { error, error_description: description },
        })
      }
      const body = { access_token: answer.token, token_type: 'Bearer', expires_in: Math.floor(answer.lifeMs / 1000) }
      return reply({ headers: unkept, body })
    },
  }),
]
