// An OpenID Connect provider to log in with: `node provider.ts PORT`. It ends when it is asked to (GET /stop), or after ten minutes.
import { createServer } from 'node:http'
import { errors, Provider } from 'oidc-provider'

const port = Number(process.argv[2])
const issuer = `http://127.0.0.1:${port}`

const claimsOf = (login: string) => ({
  preferred_username: login,
  email: `${login}@example.org`,
  groups: ['developers'],
})

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'haneul',
      client_secret: 'secretofthecloud',
      grant_types: ['client_credentials', 'authorization_code', 'password'],
      response_types: ['code'],
      redirect_uris: ['https://127.0.0.1/nowhere'],
    },
  ],
  claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username', 'groups'] },
  scopes: ['openid', 'email', 'profile'],
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id) }) }),
  extraTokenClaims: (_ctx, token) => claimsOf('accountId' in token ? token.accountId : 'robot'),
  cookies: { keys: ['of this suite'] },
  features: { clientCredentials: { enabled: true }, introspection: { enabled: true } },
})

provider.registerGrantType(
  'password',
  async (ctx) => {
    const { username, password, scope = '' } = ctx.oidc.params ?? {}
    const { client } = ctx.oidc
    if (!client || typeof username !== 'string' || password !== 'secret') throw new errors.InvalidGrant('wrong')
    const scopes = typeof scope === 'string' ? scope : ''
    const grant = new provider.Grant({ accountId: username, clientId: client.clientId })
    grant.addOIDCScope(scopes)
    const token = new provider.AccessToken({
      accountId: username,
      client,
      gty: 'password',
      grantId: await grant.save(),
      claims: {},
      expiresWithSession: false,
      scope: scopes,
    })
    const value = await token.save()
    ctx.body = { access_token: value, expires_in: token.expiration, scope: scopes, token_type: token.tokenType }
  },
  ['username', 'password', 'scope'],
  [],
)

const answer = provider.callback()
const end = (): void => process.exit(0)
createServer((request, response) => {
  if (request.url === '/stop') response.end('ended', end)
  else void answer(request, response)
}).listen(port, '127.0.0.1')
setTimeout(end, 600_000)
