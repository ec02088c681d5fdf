// XML signatures as SAML uses them: one element that is signed as a whole, with its signature in it.
// Whoever reads what was signed reads the bytes that the signature covers, never the document they came in: what is wrapped around them,
// or stands beside them, is not looked at.

import { SignedXml } from 'xml-crypto'
import { attributeOf, type Element, isNamed, readXml, SamlRefusal, theChild } from './document.ts'
import { NS } from './names.ts'

const INCLUSIVE = 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

const transforms = new Set([INCLUSIVE, EXCLUSIVE, ENVELOPED])
const signatures = [
  RSA_SHA256,
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
]
const hashes = [SHA256, 'http://www.w3.org/2001/04/xmlenc#sha512']
const SHA1 = ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1']

/** What signs: a private key and its certificate, both PEM. */
export type Signer = { readonly privateKey: string; readonly certificate: string }

/** Whose signatures are taken: certificates (PEM), and whether SHA-1 will do. */
export type Trusted = { readonly certificates: readonly string[]; readonly allowSha1: boolean }

/** The same document with its one element of that name signed; the signature stands where the schema wants it, behind the issuer. */
export function signElement(
  xml: string,
  name: 'Assertion' | 'AuthnRequest',
  { privateKey, certificate }: Signer,
): string {
  const signature = new SignedXml({
    privateKey,
    publicCert: certificate,
    signatureAlgorithm: RSA_SHA256,
    canonicalizationAlgorithm: EXCLUSIVE,
    idAttribute: 'ID',
  })
  const xpath = `//*[local-name()='${name}']`
  signature.addReference({ xpath, transforms: [ENVELOPED, EXCLUSIVE], digestAlgorithm: SHA256 })
  signature.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `${xpath}/*[local-name()='Issuer']`, action: 'after' },
  })
  return signature.getSignedXml()
}

/**
 * An element as its own signature covers it, read anew from the signed bytes.
 * @param xml the document that it is in
 * @throws SamlRefusal where the signature is not there, not good, by nobody who is trusted, or covers something else
 */
export function readSigned(xml: string, element: Element, trusted: Trusted): Element {
  const id = attributeOf(element, 'ID')
  if (!id) throw new SamlRefusal('what has no ID cannot be signed')
  const signature = theChild(element, NS.ds, 'Signature')
  const failures: unknown[] = []
  for (const certificate of trusted.certificates) {
    const verifier = verifierOf(certificate, trusted.allowSha1)
    try {
      verifier.loadSignature(signature)
      if (verifier.checkSignature(xml)) return theSigned(verifier, element, id)
      failures.push('the content was changed')
    } catch (error) {
      failures.push(error)
    }
  }
  throw new SamlRefusal('the signature is not good', { cause: failures })
}

function verifierOf(certificate: string, allowSha1: boolean): SignedXml {
  const verifier = new SignedXml({ publicCert: certificate, getCertFromKeyInfo: () => null })
  const allowed = new Set([...signatures, ...hashes, ...(allowSha1 ? SHA1 : [])])
  verifier.idAttributes = ['ID']
  verifier.SignatureAlgorithms = only(verifier.SignatureAlgorithms, allowed)
  verifier.HashAlgorithms = only(verifier.HashAlgorithms, allowed)
  verifier.CanonicalizationAlgorithms = only(verifier.CanonicalizationAlgorithms, transforms)
  return verifier
}

const only = <T>(all: Readonly<Record<string, T>>, allowed: ReadonlySet<string>): Record<string, T> =>
  Object.fromEntries(Object.entries(all).filter(([name]) => allowed.has(name)))

function theSigned(verifier: SignedXml, element: Element, id: string): Element {
  const [reference, ...others] = verifier.getReferences()
  const [bytes, ...more] = verifier.getSignedReferences()
  if (reference?.uri !== `#${id}` || others.length > 0 || bytes === undefined || more.length > 0) {
    throw new SamlRefusal('the signature covers something else')
  }
  const signed = readXml(bytes)
  if (!isNamed(signed, element.namespaceURI ?? '', element.localName ?? '') || attributeOf(signed, 'ID') !== id) {
    throw new SamlRefusal('the signature covers another element')
  }
  return signed
}
