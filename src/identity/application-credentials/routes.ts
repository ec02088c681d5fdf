import { route } from '#platform/http/route.ts'
import { listBody, queryOf } from '../lists.ts'
import type { Passwords } from '../tokens/operations/password.ts'
import {
  deleteAccessRule,
  getAccessRule,
  getApplicationCredential,
  listAccessRules,
  listApplicationCredentials,
} from './operations/read.ts'
import { createApplicationCredential, deleteApplicationCredential } from './operations/write.ts'
import * as schemas from './schemas.ts'
import { viewAccessRule, viewApplicationCredential } from './view.ts'

/** Keystone's application credentials: https://docs.openstack.org/api-ref/identity/v3/#application-credentials */
export const applicationCredentialRoutes = (passwords: Passwords) => [
  route({
    method: 'GET',
    path: '/v3/users/:user_id/application_credentials',
    status: 200,
    policy: 'identity:list_application_credentials',
    handle: async (ctx, { params, rawQuery }) => {
      const { rows, more } = await listApplicationCredentials(ctx, params.user_id, queryOf(rawQuery))
      const path = `/v3/users/${params.user_id}/application_credentials`
      const items = rows.map((row) => viewApplicationCredential(ctx, row))
      return listBody(ctx, path, rawQuery, 'application_credentials', items, more)
    },
  }),
  route({
    method: 'POST',
    path: '/v3/users/:user_id/application_credentials',
    status: 201,
    policy: 'identity:create_application_credential',
    body: schemas.createApplicationCredential,
    handle: async (ctx, { params, body }) => {
      const { full, secret } = await createApplicationCredential(
        ctx,
        passwords,
        params.user_id,
        body.application_credential,
      )
      return { application_credential: viewApplicationCredential(ctx, full, secret) }
    },
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/application_credentials/:application_credential_id',
    status: 200,
    policy: 'identity:get_application_credential',
    handle: async (ctx, { params }) => {
      const { user_id, application_credential_id } = params
      const full = await getApplicationCredential(
        ctx,
        user_id,
        application_credential_id,
        'identity:get_application_credential',
      )
      return { application_credential: viewApplicationCredential(ctx, full) }
    },
  }),
  route({
    method: 'DELETE',
    path: '/v3/users/:user_id/application_credentials/:application_credential_id',
    status: 204,
    policy: 'identity:delete_application_credential',
    handle: (ctx, { params }) => deleteApplicationCredential(ctx, params.user_id, params.application_credential_id),
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/access_rules',
    status: 200,
    policy: 'identity:list_access_rules',
    handle: async (ctx, { params, rawQuery }) => {
      const { rows, more } = await listAccessRules(ctx, params.user_id, queryOf(rawQuery))
      const items = rows.map((row) => viewAccessRule(ctx, row))
      return listBody(ctx, `/v3/users/${params.user_id}/access_rules`, rawQuery, 'access_rules', items, more)
    },
  }),
  route({
    method: 'GET',
    path: '/v3/users/:user_id/access_rules/:access_rule_id',
    status: 200,
    policy: 'identity:get_access_rule',
    handle: async (ctx, { params }) => ({
      access_rule: viewAccessRule(ctx, await getAccessRule(ctx, params.user_id, params.access_rule_id)),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/v3/users/:user_id/access_rules/:access_rule_id',
    status: 204,
    policy: 'identity:delete_access_rule',
    handle: (ctx, { params }) => deleteAccessRule(ctx, params.user_id, params.access_rule_id),
  }),
]
