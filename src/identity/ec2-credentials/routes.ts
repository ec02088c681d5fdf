import { route } from '#platform/http/route.ts'
import { createEc2Credential as createSchema } from '../credentials/schemas.ts'
import type { CredentialStore } from '../credentials/operations.ts'
import { viewEc2Credential } from '../credentials/view.ts'
import { listBody } from '../lists.ts'
import * as operations from './operations.ts'

/** Keystone's EC2 keys: https://docs.openstack.org/api-ref/identity/v3-ext/#os-ec2-api */
export const ec2CredentialRoutes = (store: CredentialStore) => [
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
