// Metadata: what one party of SAML tells the others of itself.

import { element, type XmlElement } from '#lib/xml/xml.ts'
import { attributeOf, childrenOf, type Element, isNamed, parseXml, SamlRefusal, textOf } from './document.ts'
import { OFFERED } from './encryption.ts'
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
      keyOf('signing', idp.certificate),
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

const keyOf = (use: 'signing' | 'encryption', certificate: string, methods: readonly string[] = []): XmlElement =>
  element(
    'md:KeyDescriptor',
    { use },
    element(
      'ds:KeyInfo',
      { 'xmlns:ds': NS.ds },
      element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate.replaceAll(/-----[^-]+-----|\s/g, ''))),
    ),
    ...methods.map((Algorithm) => element('md:EncryptionMethod', { Algorithm })),
  )

/** A service provider's own words. */
export type SpDescription = {
  readonly entityId: string
  readonly postUrl: string
  readonly paosUrl: string
  /** PEM: of the key that signs requests, and that assertions may be encrypted for. */
  readonly certificate: string
  readonly signsRequests: boolean
}

/** Metadata of a service provider. */
export const spMetadata = ({ entityId, postUrl, paosUrl, certificate, signsRequests }: SpDescription): XmlElement =>
  entityOf(
    entityId,
    element(
      'md:SPSSODescriptor',
      {
        protocolSupportEnumeration: NS.samlp,
        AuthnRequestsSigned: String(signsRequests),
        WantAssertionsSigned: 'true',
      },
      keyOf('signing', certificate),
      keyOf('encryption', certificate, OFFERED),
      element('md:AssertionConsumerService', { Binding: BINDING.post, Location: postUrl, index: 1, isDefault: 'true' }),
      element('md:AssertionConsumerService', { Binding: BINDING.paos, Location: paosUrl, index: 2 }),
    ),
  )

/** What a service provider needs to know of an identity provider. */
export type IdpFacts = {
  /** PEM. */
  readonly certificates: readonly string[]
  /** Where browsers log in, by the binding of redirects. */
  readonly ssoUrl: string | undefined
}

/** Reads the metadata of one identity provider, alone or among others. @throws SamlRefusal where it is not there */
export function readIdpMetadata(xml: string, entityId: string): IdpFacts {
  const root = parseXml(xml)
  const entities = isNamed(root, NS.md, 'EntitiesDescriptor') ? childrenOf(root, NS.md, 'EntityDescriptor') : [root]
  const entity = entities.find((each) => attributeOf(each, 'entityID') === entityId)
  const role = entity && childrenOf(entity, NS.md, 'IDPSSODescriptor')[0]
  if (!role) throw new SamlRefusal(`the metadata tells of no identity provider ${entityId}`)
  const keys = childrenOf(role, NS.md, 'KeyDescriptor').filter((key) => attributeOf(key, 'use') !== 'encryption')
  const redirect = childrenOf(role, NS.md, 'SingleSignOnService').find(
    (service) => attributeOf(service, 'Binding') === BINDING.redirect,
  )
  return { certificates: keys.flatMap(certificatesIn), ssoUrl: redirect && attributeOf(redirect, 'Location') }
}

const certificatesIn = (key: Element): string[] =>
  childrenOf(key, NS.ds, 'KeyInfo')
    .flatMap((info) => childrenOf(info, NS.ds, 'X509Data'))
    .flatMap((data) => childrenOf(data, NS.ds, 'X509Certificate'))
    .map((certificate) => pemOf(textOf(certificate)))

const pemOf = (base64: string): string =>
  `-----BEGIN CERTIFICATE-----\n${base64.replaceAll(/\s/g, '')}\n-----END CERTIFICATE-----\n`
