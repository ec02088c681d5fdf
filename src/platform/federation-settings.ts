// Who else may say who somebody is, as config.yaml names them; options of Keystone have its names.
import { Type } from 'typebox'

const text = (value: string, description: string) => Type.String({ default: value, description })

/** A provider of OpenID Connect, and who this cloud is there. */
const oidcClient = Type.Object(
  {
    identity_provider: Type.String({ minLength: 1, maxLength: 64 }),
    protocol: Type.String({ minLength: 1, maxLength: 64 }),
    issuer: Type.String({ pattern: '^https?://' }),
    client_id: Type.String({ minLength: 1 }),
    client_secret: Type.String({ minLength: 1 }),
    scope: Type.String({ default: 'openid email profile' }),
    /** Clients and resources whose access tokens are taken, beside this client's own. */
    audiences: Type.Array(Type.String(), { default: [] }),
    /** Other origins that its keys and endpoints may be on: `https://keys.example.org`. */
    origins: Type.Array(Type.String(), { default: [] }),
    /** Whether opaque tokens of any client are taken where the provider has userinfo and no introspection. */
    userinfo_tokens: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
)

/** An identity provider of SAML that this cloud believes. */
const samlProvider = Type.Object(
  {
    identity_provider: Type.String({ minLength: 1, maxLength: 64 }),
    protocol: Type.String({ minLength: 1, maxLength: 64 }),
    entity_id: Type.String({ minLength: 1, maxLength: 255 }),
    /** File with its metadata; or else its certificates are named. */
    metadata: Type.String({ default: '' }),
    /** PEM. */
    certificates: Type.Array(Type.String(), { default: [] }),
    /** Where browsers log in (HTTP-Redirect); empty: as the metadata says. */
    sso_url: Type.String({ default: '', pattern: '^(https?://.*)?$' }),
    /** Whether it may send users unasked, and for no audience: another cloud does (Keystone to Keystone). */
    unsolicited: Type.Boolean({ default: false }),
    /** Whether the questions it is asked are signed. */
    sign_requests: Type.Boolean({ default: false }),
    /** Whether signatures by SHA-1 will do: Keystone itself makes no others. */
    allow_sha1: Type.Boolean({ default: false }),
  },
  { additionalProperties: false },
)

/** This cloud as an identity provider of SAML (`[saml]` of keystone.conf), and whom it believes as a service provider. */
const saml = Type.Object(
  {
    identity_providers: Type.Array(samlProvider, {
      default: [],
      description: 'SAML identity providers, one for each identity provider and protocol that logs in by it.',
    }),
    sp_entity_id: text('', 'Name of this cloud at those; empty: URL/shibboleth.'),
    certfile: text('', 'Certificate (PEM) of the key that signs assertions; empty: the cloud makes both itself.'),
    keyfile: text('', 'Private key (PEM) that signs assertions.'),
    assertion_expiration_time: Type.Integer({
      default: 3600,
      minimum: 1,
      description: 'Life of an assertion for another cloud, seconds.',
    }),
    idp_entity_id: text('', 'Name of this identity provider; empty: URL/v3/OS-FEDERATION/saml2/idp.'),
    idp_sso_endpoint: text('', 'Its place to log in, for the metadata; empty: URL/v3/OS-FEDERATION/saml2/sso.'),
    idp_lang: text('en', 'Language of its organization.'),
    idp_organization_name: text(
      '',
      'Its organization; left out of the metadata unless name, display name and URL are there.',
    ),
    idp_organization_display_name: text('', 'Name of the organization to be displayed.'),
    idp_organization_url: text('', 'URL of the organization.'),
    idp_contact_company: text('', 'Company of whom to turn to; left out unless all of the contact is there.'),
    idp_contact_name: text('', 'Given name of the contact.'),
    idp_contact_surname: text('', 'Surname of the contact.'),
    idp_contact_email: text('', 'Address of the contact.'),
    idp_contact_telephone: text('', 'Telephone number of the contact.'),
    idp_contact_type: Type.Union(
      [
        Type.Literal('technical'),
        Type.Literal('support'),
        Type.Literal('administrative'),
        Type.Literal('billing'),
        Type.Literal('other'),
      ],
      { default: 'other', description: 'Kind of contact.' },
    ),
    relay_state_prefix: text(
      'ss:mem:',
      'How the RelayState of an assertion begins where its service provider names nothing else.',
    ),
  },
  { default: {}, additionalProperties: false },
)

export const federationSettings = Type.Object(
  {
    oidc: Type.Array(oidcClient, {
      default: [],
      description: 'OpenID Connect providers, one for each identity provider and protocol that logs in by it.',
    }),
    saml,
    trusted_dashboards: Type.Array(Type.String(), {
      default: [],
      description: 'URLs that a browser may bring its token to (trusted_dashboard): https://HOST/auth/websso/.',
    }),
    public_url: text('', 'URL of this API as browsers reach it; empty: as they name it.'),
    default_authorization_ttl: Type.Integer({
      default: 0,
      minimum: 0,
      description: 'Minutes that memberships in groups last which a login has brought.',
    }),
    remote_id_attribute: text('HTTP_OIDC_ISS', 'Where a provider says what it calls itself; empty: nobody looks.'),
    trusted_proxy: Type.Object(
      {
        addresses: Type.Array(Type.String(), {
          default: [],
          description: 'Addresses (CIDR) of a proxy that has checked users or certificates; none: no such proxy.',
        }),
        secret: text('', 'What the proxy says in X-Proxy-Secret, at least 32 letters.'),
        header_prefix: text('oidc-', 'How the headers begin in which it tells of users.'),
        certificate_header: text('ssl-client-cert', 'Header with the certificate of a client: PEM, URL-encoded.'),
      },
      { default: {}, additionalProperties: false },
    ),
  },
  { default: {}, additionalProperties: false },
)
