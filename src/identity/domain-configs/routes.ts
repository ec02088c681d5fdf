import { Type } from 'typebox'
import type { Settings } from '#platform/config.ts'
import { reply } from '#platform/http/reply.ts'
import { type Route, route } from '#platform/http/route.ts'
import { open } from '../fragments.ts'
import type { DomainConfigStore } from './operations.ts'
import * as operations from './operations.ts'

const body = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) }, open)

/** Keystone's domain configuration: https://docs.openstack.org/api-ref/identity/v3/#domain-configuration */
export const domainConfigRoutes = (
  store: DomainConfigStore,
  compliance: Settings['security_compliance'],
): readonly Route[] => [
  route({
    method: 'GET',
    path: '/v3/domains/config/default',
    status: 200,
    policy: 'identity:get_domain_config_default',
    handle: () => ({ config: operations.getDefaultConfig() }),
  }),
  route({
    method: 'GET',
    path: '/v3/domains/config/:group/default',
    status: 200,
    policy: 'identity:get_domain_config_default',
    handle: (_ctx, { params }) => ({ config: operations.getDefaultConfig(params.group) }),
  }),
  route({
    method: 'GET',
    path: '/v3/domains/config/:group/:option/default',
    status: 200,
    policy: 'identity:get_domain_config_default',
    handle: (_ctx, { params }) => ({ config: operations.getDefaultConfig(params.group, params.option) }),
  }),
  route({
    method: 'PUT',
    path: '/v3/domains/:domain_id/config',
    status: 200,
    policy: 'identity:create_domain_config',
    body,
    handle: async (ctx, { params, body: { config } }) => {
      const result = await operations.createDomainConfig(ctx, store, params.domain_id, config)
      return reply({ status: result.created ? 201 : 200, body: { config: result.config } })
    },
  }),
  route({
    method: 'GET',
    path: '/v3/domains/:domain_id/config/security_compliance',
    status: 200,
    policy: 'identity:get_security_compliance_domain_config',
    handle: (_ctx, { params }) => ({ config: operations.getPasswordRules(compliance, params.domain_id) }),
  }),
  route({
    method: 'GET',
    path: '/v3/domains/:domain_id/config/security_compliance/:option',
    status: 200,
    policy: 'identity:get_security_compliance_domain_config',
    handle: (_ctx, { params }) => ({
      config: operations.getPasswordRules(compliance, params.domain_id, params.option),
    }),
  }),
  ...(['', '/:group', '/:group/:option'] as const).flatMap((rest) => partRoutes(store, rest)),
]

/** Show, change and delete of all settings, a group, or one option. */
function partRoutes(store: DomainConfigStore, rest: '' | '/:group' | '/:group/:option'): readonly Route[] {
  const row = { path: `/v3/domains/:domain_id/config${rest}`, status: 200 }
  const partOf = (params: unknown) => {
    const values: Readonly<Record<string, string | undefined>> =
      typeof params === 'object' && params !== null ? { ...params } : {}
    return [values['domain_id'] ?? '', values['group'], values['option']] as const
  }
  return [
    route({
      ...row,
      method: 'GET',
      policy: 'identity:get_domain_config',
      handle: async (ctx, { params }) => ({ config: await operations.getDomainConfig(ctx, store, ...partOf(params)) }),
    }),
    route({
      ...row,
      method: 'PATCH',
      policy: 'identity:update_domain_config',
      body,
      handle: async (ctx, { params, body: { config } }) => {
        const [domainId, group, option] = partOf(params)
        return { config: await operations.updateDomainConfig(ctx, store, domainId, config, group, option) }
      },
    }),
    route({
      ...row,
      method: 'DELETE',
      status: 204,
      policy: 'identity:delete_domain_config',
      handle: (ctx, { params }) => operations.deleteDomainConfig(ctx, store, ...partOf(params)),
    }),
  ]
}
