// A real provider of OpenID Connect on loopback (npm `oidc-provider`), with users that are made up, and a browser to log in with.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Configuration, errors, Provider } from 'oidc-provider'

export const oidcClient = { client_id: 'haneul', client_secret: 'a secret of forty letters, more or less ok' }

export type OidcServer = {
  readonly issuer: string
  /** The access token of a grant: `{ grant_type: 'password', username, password, … }`. */
  readonly token: (form: Readonly<Record<string, string>>, client?: typeof oidcClient) => Promise<string>
  /** Starts to answer; before that it only has an address. */
  readonly open: (redirectUris?: readonly string[]) => void
  readonly stop: () => Promise<void>
}

const claimsOf = (login: string) => ({
  preferred_username: login,
  email: `${login}@example.org`,
  groups: login === 'kim' ? ['developers', 'testers'] : ['developers'],
})

const configuration = (redirectUris: readonly string[]): Configuration => ({
  clients: ['haneul', 'another'].map((id) => ({
    ...oidcClient,
    client_id: id,
    grant_types: ['client_credentials', 'authorization_code', 'password'],
    response_types: ['code'],
    redirect_uris: redirectUris.length > 0 ? [...redirectUris] : ['https://127.0.0.1/nowhere'],
    scope: 'openid email profile groups',
  })),
  claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username'], groups: ['groups'] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
  extraTokenClaims: (_ctx, token) => claimsOf('accountId' in token ? token.accountId : 'robot'),
  conformIdTokenClaims: false,
  cookies: { keys: ['of the tests'] },
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // A token without a resource is opaque; one for a resource is a JWT.
      defaultResource: () => [],
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'openid email profile groups',
        audience: resource.endsWith('/haneul') ? 'haneul' : resource,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  scopes: ['openid', 'email', 'profile', 'groups'],
  ttl: { AccessToken: 3600, ClientCredentials: 3600, Grant: 3600, IdToken: 3600, Interaction: 600, Session: 600 },
})

/** Adds the grant that `v3oidcpassword` uses; the password of everybody is `secret`. */
function addPasswordGrant(provider: Provider): void {
  const parameters = ['username', 'password', 'scope', 'resource']
  provider.registerGrantType(
    'password',
    async (ctx) => {
      const { username, password, scope = '', resource } = ctx.oidc.params ?? {}
      const { client } = ctx.oidc
      if (!client || typeof username !== 'string' || password !== 'secret') throw new errors.InvalidGrant('wrong')
      const scopes = typeof scope === 'string' ? scope : ''
      const grant = new provider.Grant({ accountId: username, clientId: client.clientId })
      grant.addOIDCScope(scopes)
      if (typeof resource === 'string') grant.addResourceScope(resource, scopes)
      const token = new provider.AccessToken({
        accountId: username,
        client,
        gty: 'password',
        grantId: await grant.save(),
        claims: {},
        expiresWithSession: false,
        scope: scopes,
      })
      if (typeof resource === 'string') {
        const info = configuration([]).features?.resourceIndicators?.getResourceServerInfo?.(ctx, resource, client)
        const server = await info
        if (server) token.resourceServer = new provider.ResourceServer(resource, server)
      }
      const value = await token.save()
      ctx.body = { access_token: value, expires_in: token.expiration, scope: scopes, token_type: token.tokenType }
    },
    parameters,
    [],
  )
}

export async function startOidcServer(): Promise<OidcServer> {
  const server = createServer((_request, response) => response.writeHead(503).end())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address')
  const issuer = `http://127.0.0.1:${address.port}`
  return {
    issuer,
    open: (redirectUris = []) => {
      const provider = new Provider(issuer, configuration(redirectUris))
      addPasswordGrant(provider)
      server.removeAllListeners('request')
      const answer = provider.callback()
      server.on('request', (request, response) => void answer(request, response))
    },
    token: async (form, client = oidcClient) => {
      const basic = Buffer.from(`${client.client_id}:${encodeURIComponent(client.client_secret)}`).toString('base64')
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams(form),
      })
      const value: unknown = await response.json()
      if (typeof value === 'object' && value !== null && 'access_token' in value) {
        if (typeof value.access_token === 'string') return value.access_token
      }
      throw new Error(`no token: ${JSON.stringify(value)}`)
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A browser: it keeps cookies of each origin and follows what it is sent to, until `stopAt` says that it has arrived. */
export function createBrowser() {
  const jars = new Map<string, Map<string, string>>()
  const request = async (url: string, form?: Readonly<Record<string, string>>): Promise<Response> => {
    const { origin } = new URL(url)
    const jar = jars.get(origin) ?? new Map<string, string>()
    jars.set(origin, jar)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }
  /** Logs in wherever it is asked to. Gives the last answer, and every URL on the way. */
  const visit = async (start: string, login: string): Promise<{ response: Response; urls: string[] }> => {
    const urls: string[] = []
    let url = start
    let form: Readonly<Record<string, string>> | undefined
    for (let step = 0; step < 20; step++) {
      urls.push(url)
      const response = await request(url, form)
      const location = response.headers.get('location')
      form = undefined
      if (location !== null) url = new URL(location, url).href
      else if (url.includes('/interaction/') && response.status === 200) {
        const prompt = (await response.text()).includes('name="prompt" value="login"') ? 'login' : 'consent'
        form = prompt === 'login' ? { prompt, login, password: 'x' } : { prompt }
      } else return { response, urls }
    }
    throw new Error(`sent around without end: ${urls.join(' ')}`)
  }
  return { request, visit }
}
