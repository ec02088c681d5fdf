// Metadata: what one party of SAML tells the others of itself.

import { element, type XmlElement } from '#lib/xml/xml.ts'
import { BINDING, NS, TRANSIENT_FORMAT } from './names.ts'

/** An identity provider's own words; what is empty is left out. */
export type IdpDescription = {
  readonly entityId: string
  readonly ssoEndpoint: string
  readonly certificate: string
  readonly lang: string
  readonly organization: { readonly name: string; readonly displayName: string; readonly url: string }
  readonly contact: {
    readonly company: string
    readonly name: string
    readonly surname: string
    readonly email: string
    readonly telephone: string
    readonly type: string
  }
}

/** Metadata of an identity provider as Keystone has it: an organization and a contact are there as a whole or not at all. */
export function idpMetadata(idp: IdpDescription): XmlElement {
  const { organization, contact, lang } = idp
  const said = (texts: object): boolean => Object.values(texts).every((text) => text !== '')
  const localized = (name: string, text: string) => element(`md:${name}`, { 'xml:lang': lang }, text)
  return entityOf(
    idp.entityId,
    element(
      'md:IDPSSODescriptor',
      { protocolSupportEnumeration: NS.samlp },
      signingKey(idp.certificate),
      ...(said(organization)
        ? [
            element(
              'md:Organization',
              {},
              localized('OrganizationName', organization.name),
              localized('OrganizationDisplayName', organization.displayName),
              localized('OrganizationURL', organization.url),
            ),
          ]
        : []),
      ...(said(contact)
        ? [
            element(
              'md:ContactPerson',
              { contactType: contact.type },
              element('md:Company', {}, contact.company),
              element('md:GivenName', {}, contact.name),
              element('md:SurName', {}, contact.surname),
              element('md:EmailAddress', {}, contact.email),
              element('md:TelephoneNumber', {}, contact.telephone),
            ),
          ]
        : []),
      element('md:NameIDFormat', {}, TRANSIENT_FORMAT),
      element('md:SingleSignOnService', { Binding: BINDING.uri, Location: idp.ssoEndpoint }),
    ),
  )
}

const entityOf = (entityId: string, role: XmlElement): XmlElement =>
  element('md:EntityDescriptor', { 'xmlns:md': NS.md, entityID: entityId }, role)

const signingKey = (certificate: string): XmlElement =>
  element(
    'md:KeyDescriptor',
    { use: 'signing' },
    element(
      'ds:KeyInfo',
      { 'xmlns:ds': NS.ds },
      element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate.replaceAll(/-----[^-]+-----|\s/g, ''))),
    ),
  )
