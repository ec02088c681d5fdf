// XML signatures as SAML uses them: one element that is signed as a whole, with its signature in it.

import { SignedXml } from 'xml-crypto'

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

/** What signs: a private key and its certificate, both PEM. */
export type Signer = { readonly privateKey: string; readonly certificate: string }

/** The same document with its one assertion signed; the signature stands where the schema wants it, behind the issuer. */
export function signAssertion(xml: string, { privateKey, certificate }: Signer): string {
  const signature = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
    idAttribute: 'ID',
  })
  const assertion = "//*[local-name()='Assertion']"
  signature.addReference({ xpath: assertion, transforms: [ENVELOPED, EXCLUSIVE], digestAlgorithm: SHA256 })
  signature.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${assertion}/*[local-name()='Issuer']`, action: 'after' },
  })
  return signature.getSignedXml()
}
