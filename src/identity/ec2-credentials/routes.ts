import type { Ctx } from '#platform/context.ts'
import { CloudError } from '#platform/errors.ts'
import { renderedJson } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import { createEc2Credential as createSchema } from '../credentials/schemas.ts'
import type { CredentialStore } from '../credentials/operations.ts'
import { viewEc2Credential } from '../credentials/view.ts'
import { notAuthenticated } from '../errors.ts'
import { listBody } from '../lists.ts'
import type { TokenRegistry } from '../tokens/operations/registry.ts'
import { bodyOf } from '../tokens/operations/render.ts'
import * as operations from './operations/keys.ts'
import { ec2Signing, loginWithKey, type Signing, s3Signing } from './operations/login.ts'
import { type SignedRequest, signedRequest } from './schemas.ts'

/** Keystone's EC2 keys: https://docs.openstack.org/api-ref/identity/v3-ext/#os-ec2-api */
export const ec2CredentialRoutes = (store: CredentialStore): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v3/users/:user_id/credentials/OS-EC2',
    status: 200,
    policy: 'identity:ec2_list_credentials',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await operations.listEc2Credentials(ctx, store, params.user_id)
      const path = `/v3/users/${params.user_id}/credentials/OS-EC2`
      return listBody(
        ctx,
        path,
        rawQuery,
        'credentials',
        rows.map((row) => viewEc2Credential(ctx, row)),
      )
    },
  }),
  route({
    method: 'POST',
    path: '/v3/users/:user_id/credentials/OS-EC2',
    status: 201,
    policy: 'identity:ec2_create_credential',
    body: createSchema,
    handle: async (ctx, { params, body }) => ({
      credential: viewEc2Credential(
        ctx,
        await operations.createEc2Credential(ctx, store, params.user_id, body.tenant_id),
      ),
    }),
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/credentials/OS-EC2/:credential_id',
    status: 200,
    policy: 'identity:ec2_get_credential',
    handle: async (ctx, { params }) => ({
      credential: viewEc2Credential(
        ctx,
        await operations.getEc2Credential(ctx, store, params.user_id, params.credential_id),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/users/:user_id/credentials/OS-EC2/:credential_id',
    status: 204,
    policy: 'identity:ec2_delete_credential',
    handle: (ctx, { params }) => operations.deleteEc2Credential(ctx, store, params.user_id, params.credential_id),
  }),
]

/** Logins with those keys, for the servers that requests signed with them come to. They change nothing. */
export const keyLoginRoutes = (store: CredentialStore, tokens: TokenRegistry): readonly Route[] => [
  route({
    method: 'POST',
    path: '/v3/ec2tokens',
    status: 200,
    policy: 'identity:ec2tokens_validate',
    body: signedRequest,
    handle: async (ctx, { body }) => {
      const { token, json } = await login(ctx, store, tokens, body, ec2Signing)
      return renderedJson(json, { 'x-subject-token': token })
    },
  }),
  // A server of S3 gets to know the user, but no token.
  route({
    method: 'POST',
    path: '/v3/s3tokens',
    status: 200,
    policy: 'identity:s3tokens_validate',
    body: signedRequest,
    handle: async (ctx, { body }) => renderedJson((await login(ctx, store, tokens, body, s3Signing)).json),
  }),
]

async function login(ctx: Ctx, store: CredentialStore, tokens: TokenRegistry, body: SignedRequest, signing: Signing) {
  const { token, entry } = await loginWithKey(ctx, { store, tokens }, body, signing).catch((error: unknown) => {
    // What was wrong is nobody's business.
    throw error instanceof CloudError && error.status === 401 ? notAuthenticated(ctx.baseUrl) : error
  })
  // The token itself has no room for this method: who validates it sees none.
  return { token, json: bodyOf(entry, true, ['ec2credential']) }
}
