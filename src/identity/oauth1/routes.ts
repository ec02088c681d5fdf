import { reply } from '#platform/http/reply.ts'
import { route } from '#platform/http/route.ts'
import { listBody } from '../lists.ts'
import { viewRole } from '../roles/view.ts'
import {
  createConsumer,
  deleteConsumer,
  getConsumer,
  listConsumers,
  type OAuth1Store,
  updateConsumer,
} from './operations/consumers.ts'
import { authorizeRequest, createAccessToken, createRequestToken } from './operations/grant.ts'
import {
  deleteAccessToken,
  getAccessToken,
  getAccessTokenRole,
  listAccessTokenRoles,
  listAccessTokens,
} from './operations/tokens.ts'
import * as schemas from './schemas.ts'
import { formOf, viewAccessToken, viewConsumer, viewNewConsumer } from './view.ts'

const form = (body: string) => reply({ headers: { 'content-type': 'application/x-www-form-urlencoded' }, body })
const consumers = '/v3/OS-OAUTH1/consumers'
const tokens = '/v3/users/:user_id/OS-OAUTH1/access_tokens'

/** Keystone's OAuth 1.0a: https://docs.openstack.org/api-ref/identity/v3-ext/#os-oauth1-api */
export const oauth1Routes = (store: OAuth1Store) => [
  route({
    method: 'GET',
    path: consumers,
    status: 200,
    policy: 'identity:list_consumers',
    handle: async (ctx, { rawQuery }) => {
      const rows = await listConsumers(ctx, store)
      return listBody(
        ctx,
        consumers,
        rawQuery,
        'consumers',
        rows.map((row) => viewConsumer(ctx, row)),
      )
    },
  }),
  route({
    method: 'POST',
    path: consumers,
    status: 201,
    policy: 'identity:create_consumer',
    body: schemas.createConsumer,
    handle: async (ctx, { body }) => ({
      consumer: viewNewConsumer(ctx, await createConsumer(ctx, store, body.consumer)),
    }),
  }),
  route({
    method: 'GET',
    path: `${consumers}/:consumer_id`,
    status: 200,
    policy: 'identity:get_consumer',
    handle: async (ctx, { params }) => ({
      consumer: viewConsumer(ctx, await getConsumer(ctx, store, params.consumer_id)),
    }),
  }),
  route({
    method: 'PATCH',
    path: `${consumers}/:consumer_id`,
    status: 200,
    policy: 'identity:update_consumer',
    body: schemas.updateConsumer,
    handle: async (ctx, { params, body }) => ({
      consumer: viewConsumer(ctx, await updateConsumer(ctx, store, params.consumer_id, body.consumer)),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${consumers}/:consumer_id`,
    status: 204,
    policy: 'identity:delete_consumer',
    handle: (ctx, { params }) => deleteConsumer(ctx, store, params.consumer_id),
  }),
  route({
    method: 'POST',
    path: '/v3/OS-OAUTH1/request_token',
    status: 201,
    policy: null,
    open: true,
    handle: async (ctx, { headers, rawQuery }) => {
      const { authorization } = headers
      const request = { method: 'POST', path: '/v3/OS-OAUTH1/request_token', rawQuery, authorization }
      return form(formOf(await createRequestToken(ctx, store, request, headers['requested-project-id'])))
    },
  }),
  route({
    method: 'PUT',
    path: '/v3/OS-OAUTH1/authorize/:request_token_id',
    status: 200,
    policy: 'identity:authorize_request_token',
    body: schemas.authorizeToken,
    handle: async (ctx, { params, body }) => ({
      token: { oauth_verifier: await authorizeRequest(ctx, store, params.request_token_id, body) },
    }),
  }),
  route({
    method: 'POST',
    path: '/v3/OS-OAUTH1/access_token',
    status: 201,
    policy: null,
    open: true,
    handle: async (ctx, { headers, rawQuery }) => {
      const { authorization } = headers
      const request = { method: 'POST', path: '/v3/OS-OAUTH1/access_token', rawQuery, authorization }
      return form(formOf(await createAccessToken(ctx, store, request)))
    },
  }),
  route({
    method: 'GET',
    path: tokens,
    status: 200,
    policy: 'identity:list_access_tokens',
    handle: async (ctx, { params, rawQuery }) => {
      const rows = await listAccessTokens(ctx, store, params.user_id)
      const path = `/v3/users/${params.user_id}/OS-OAUTH1/access_tokens`
      return listBody(
        ctx,
        path,
        rawQuery,
        'access_tokens',
        rows.map((row) => viewAccessToken(ctx, row)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${tokens}/:access_token_id`,
    status: 200,
    policy: 'identity:get_access_token',
    handle: async (ctx, { params }) => ({
      access_token: viewAccessToken(ctx, await getAccessToken(ctx, store, params.user_id, params.access_token_id)),
    }),
  }),
  route({
    method: 'DELETE',
    path: `${tokens}/:access_token_id`,
    status: 204,
    policy: 'identity:ec2_delete_credential',
    handle: (ctx, { params }) => deleteAccessToken(ctx, store, params.user_id, params.access_token_id),
  }),
  route({
    method: 'GET',
    path: `${tokens}/:access_token_id/roles`,
    status: 200,
    policy: 'identity:list_access_token_roles',
    handle: async (ctx, { params, rawQuery }) => {
      const { user_id, access_token_id } = params
      const roles = await listAccessTokenRoles(ctx, store, user_id, access_token_id)
      const path = `/v3/users/${user_id}/OS-OAUTH1/access_tokens/${access_token_id}/roles`
      return listBody(
        ctx,
        path,
        rawQuery,
        'roles',
        roles.map((role) => viewRole(ctx, role)),
      )
    },
  }),
  route({
    method: 'GET',
    path: `${tokens}/:access_token_id/roles/:role_id`,
    status: 200,
    policy: 'identity:get_access_token_role',
    handle: async (ctx, { params }) => {
      const { user_id, access_token_id, role_id } = params
      return { role: viewRole(ctx, await getAccessTokenRole(ctx, store, user_id, access_token_id, role_id)) }
    },
  }),
]
