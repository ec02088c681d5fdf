// Assertions that are encrypted (XML Encryption 1.1), by the algorithms that are sound and no others: keys by OAEP, contents by AES.
// AES-CBC says of changed contents whether they still end well, which is enough to guess them: what is encrypted so is taken only from
// within a signature, which is checked before. Why something cannot be read is never told.

import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { element as tree, xmlText } from '#lib/xml/xml.ts'
import {
  attributeOf,
  attributesOf,
  childrenOf,
  type Element,
  optionalChild,
  parentOf,
  readXml,
  SamlRefusal,
  textOf,
  theChild,
} from './document.ts'
import { NS } from './names.ts'

const ELEMENT_TYPE = 'http://www.w3.org/2001/04/xmlenc#Element'

type Content = { readonly keyBytes: 16 | 24 | 32; readonly authenticated: boolean }
const contents: Readonly<Record<string, Content | undefined>> = {
  'http://www.w3.org/2009/xmlenc11#aes128-gcm': { keyBytes: 16, authenticated: true },
  'http://www.w3.org/2009/xmlenc11#aes192-gcm': { keyBytes: 24, authenticated: true },
  'http://www.w3.org/2009/xmlenc11#aes256-gcm': { keyBytes: 32, authenticated: true },
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc': { keyBytes: 16, authenticated: false },
  'http://www.w3.org/2001/04/xmlenc#aes192-cbc': { keyBytes: 24, authenticated: false },
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc': { keyBytes: 32, authenticated: false },
}

const OAEP_MGF1P = 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p'
const OAEP = 'http://www.w3.org/2009/xmlenc11#rsa-oaep'
/** OpenSSL takes the digest for the mask as well: where a key was made otherwise it is not taken. */
const digests: Readonly<Record<string, string | undefined>> = {
  'http://www.w3.org/2000/09/xmldsig#sha1': 'sha1',
  'http://www.w3.org/2001/04/xmlenc#sha256': 'sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384': 'sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512': 'sha512',
}
const masks: Readonly<Record<string, string | undefined>> = {
  'http://www.w3.org/2009/xmlenc11#mgf1sha1': 'sha1',
  'http://www.w3.org/2009/xmlenc11#mgf1sha256': 'sha256',
  'http://www.w3.org/2009/xmlenc11#mgf1sha384': 'sha384',
  'http://www.w3.org/2009/xmlenc11#mgf1sha512': 'sha512',
}
/** How those are named who are told what to encrypt with. */
export const OFFERED = ['http://www.w3.org/2009/xmlenc11#aes256-gcm', OAEP_MGF1P] as const

const MOST_KEYS = 4
const GCM = { iv: 12, tag: 16 } as const
const BLOCK = 16

/** What was inside, and a document around it in which it means what it meant where it stood. */
export type Decrypted = { readonly xml: string; readonly assertion: Element }

/**
 * Opens an EncryptedAssertion.
 * @param privateKey PEM
 * @param isSigned whether a signature that was checked covers it
 * @throws SamlRefusal
 */
export function decryptAssertion(encrypted: Element, privateKey: string, isSigned: boolean): Decrypted {
  const data = theChild(encrypted, NS.xenc, 'EncryptedData')
  const content = contents[algorithmOf(data)]
  if (!content) throw new SamlRefusal(`encrypted by ${algorithmOf(data)}`)
  if (!content.authenticated && !isSigned) throw new SamlRefusal('encrypted by AES-CBC, and not signed as a whole')
  if ((attributeOf(data, 'Type') ?? ELEMENT_TYPE) !== ELEMENT_TYPE)
    throw new SamlRefusal('what is encrypted is no element')
  const keys = keysFor(encrypted, data)
  if (keys.length === 0 || keys.length > MOST_KEYS) throw new SamlRefusal('no key goes with it, or too many')
  const [plain] = keys.flatMap((key) => open(key, data, content, privateKey) ?? [])
  if (plain === undefined) throw new SamlRefusal('it cannot be decrypted')
  const xml = `${openingAt(encrypted)}${plain}</Decrypted>`
  return { xml, assertion: theChild(readXml(xml), NS.saml, 'Assertion') }
}

/** Keys stand in the data or beside it, one for each who may read. */
const keysFor = (encrypted: Element, data: Element): Element[] => {
  const info = optionalChild(data, NS.ds, 'KeyInfo')
  return [...(info ? childrenOf(info, NS.xenc, 'EncryptedKey') : []), ...childrenOf(encrypted, NS.xenc, 'EncryptedKey')]
}

const algorithmOf = (element: Element): string =>
  attributeOf(theChild(element, NS.xenc, 'EncryptionMethod'), 'Algorithm') ?? 'nothing'

const bytesOf = (element: Element): Buffer =>
  Buffer.from(textOf(theChild(theChild(element, NS.xenc, 'CipherData'), NS.xenc, 'CipherValue')), 'base64')

/** Undefined: not by this key, or not as it was. */
function open(key: Element, data: Element, content: Content, privateKey: string): string | undefined {
  const oaepHash = oaepHashOf(key)
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const secret = privateDecrypt({ key: privateKey, padding, oaepHash }, bytesOf(key))
    if (secret.length !== content.keyBytes) return undefined
    const bytes = content.authenticated ? openGcm(secret, bytesOf(data)) : openCbc(secret, bytesOf(data))
    return bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** @throws SamlRefusal for whatever is not OAEP by one digest */
function oaepHashOf(key: Element): string {
  const method = theChild(key, NS.xenc, 'EncryptionMethod')
  const name = attributeOf(method, 'Algorithm')
  const algorithmIn = (namespace: string, child: string, absent: string): string => {
    const element = optionalChild(method, namespace, child)
    return element ? (attributeOf(element, 'Algorithm') ?? '') : absent
  }
  const digest = digests[algorithmIn(NS.ds, 'DigestMethod', 'http://www.w3.org/2000/09/xmldsig#sha1')]
  const mask =
    name === OAEP_MGF1P ? 'sha1' : masks[algorithmIn(NS.xenc11, 'MGF', 'http://www.w3.org/2009/xmlenc11#mgf1sha1')]
  const labelled = optionalChild(method, NS.xenc, 'OAEPparams') !== undefined
  if ((name !== OAEP_MGF1P && name !== OAEP) || digest === undefined || digest !== mask || labelled) {
    throw new SamlRefusal(`its key is encrypted by ${name ?? 'nothing'}, or in a way that is not taken`)
  }
  return digest
}

function openGcm(secret: Buffer, bytes: Buffer): Buffer | undefined {
  const end = bytes.length - GCM.tag
  if (end < GCM.iv) return undefined
  const name = ({ 16: 'aes-128-gcm', 24: 'aes-192-gcm', 32: 'aes-256-gcm' } as const)[secret.length]
  if (!name) return undefined
  const decipher = createDecipheriv(name, secret, bytes.subarray(0, GCM.iv), { authTagLength: GCM.tag })
  decipher.setAuthTag(bytes.subarray(end))
  return Buffer.concat([decipher.update(bytes.subarray(GCM.iv, end)), decipher.final()])
}

function openCbc(secret: Buffer, bytes: Buffer): Buffer | undefined {
  if (bytes.length < 2 * BLOCK || bytes.length % BLOCK !== 0) return undefined
  const decipher = createDecipheriv(`aes-${secret.length * 8}-cbc`, secret, bytes.subarray(0, BLOCK))
  // Its last byte says how many there are; what the others are is up to whoever encrypts.
  decipher.setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(bytes.subarray(BLOCK)), decipher.final()])
  const padding = padded.at(-1) ?? 0
  return padding >= 1 && padding <= BLOCK ? padded.subarray(0, padded.length - padding) : undefined
}

/** The beginning of an element in which the prefixes mean what they mean where another stands. */
function openingAt(element: Element): string {
  const names: Record<string, string> = {}
  for (let place: Element | undefined = element; place; place = parentOf(place)) {
    for (const [name, value] of attributesOf(place)) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) names[name] ??= value
    }
  }
  return xmlText(tree('Decrypted', names)).replace(/\/>$/, '>')
}
