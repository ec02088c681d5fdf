import type { IdpDescription } from '#lib/saml/metadata.ts'
import type { Settings } from '#platform/config.ts'

/** Who somebody is, by names alone: ids mean nothing to another cloud. */
export type Told = {
  readonly user: string
  readonly userDomain: string
  readonly roles: readonly string[]
  readonly project: string
  readonly projectDomain: string
  readonly groups: readonly { readonly name: string; readonly domain: string }[]
}

/** Keystone's attributes, under which mappings of other clouds look for them. */
export const attributesOf = ({ user, userDomain, roles, project, projectDomain, groups }: Told) => ({
  openstack_user: [user],
  openstack_roles: roles,
  openstack_project: [project],
  openstack_project_domain: [projectDomain],
  openstack_user_domain: [userDomain],
  ...(groups.length === 0 ? {} : { openstack_groups: groups.map(groupText) }),
})

const groupText = ({ name, domain }: Told['groups'][number]): string =>
  `JSON:{"name": ${JSON.stringify(name)}, "domain": {"name": ${JSON.stringify(domain)}}}`

/** What the configuration says of this identity provider. */
export const descriptionOf = (
  settings: Settings['federation']['saml'],
  url: string,
  entityId: string,
  certificate: string,
): IdpDescription => ({
  entityId,
  ssoEndpoint: settings.idp_sso_endpoint || `${url}/v3/OS-FEDERATION/saml2/sso`,
  certificate,
  lang: settings.idp_lang,
  organization: {
    name: settings.idp_organization_name,
    displayName: settings.idp_organization_display_name,
    url: settings.idp_organization_url,
  },
  contact: {
    company: settings.idp_contact_company,
    name: settings.idp_contact_name,
    surname: settings.idp_contact_surname,
    email: settings.idp_contact_email,
    telephone: settings.idp_contact_telephone,
    type: settings.idp_contact_type,
  },
})
