// What an identity provider does that encrypts: by any of the algorithms, and in ways that must not be taken.

import { constants, createCipheriv, publicEncrypt, randomBytes, X509Certificate } from 'node:crypto'

export type Encrypting = {
  /** The end of its name: `aes256-gcm`, `aes128-cbc`, … */
  readonly content?: string
  readonly transport?: 'rsa-oaep-mgf1p' | 'rsa-oaep' | 'rsa-1_5'
  readonly digest?: 'sha1' | 'sha256' | 'sha512'
  /** Where `rsa-oaep` says so; absent: as the digest. */
  readonly mask?: string
  /** How often the key is there. */
  readonly keys?: number
  /** Whether keys stand beside the data. */
  readonly beside?: boolean
  /** Changes what is written as base64. */
  readonly spoilKey?: (bytes: Buffer) => Buffer
  readonly spoilData?: (bytes: Buffer) => Buffer
}

const [XENC, XENC11] = ['http://www.w3.org/2001/04/xmlenc#', 'http://www.w3.org/2009/xmlenc11#']
const digestNames = {
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: `${XENC}sha256`,
  sha512: `${XENC}sha512`,
}
const same = (bytes: Buffer): Buffer => bytes

/** An EncryptedAssertion that holds `plain`, for whoever has the key of a certificate. */
export function encrypt(plain: string, certificate: string, how: Encrypting = {}): string {
  const { content = 'aes256-gcm', transport = 'rsa-oaep-mgf1p', digest = 'sha1', keys = 1, beside = false } = how
  const { spoilKey = same, spoilData = same } = how
  const [, bits = '256', mode = 'gcm'] = /^aes(\d+)-(\w+)$/.exec(content) ?? []
  const secret = randomBytes(Number(bits) / 8)
  const data = mode === 'gcm' ? gcm(secret, plain) : cbc(secret, plain)
  const padding = transport === 'rsa-1_5' ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_OAEP_PADDING
  const key = publicEncrypt({ key: new X509Certificate(certificate).publicKey, padding, oaepHash: digest }, secret)
  const method = `${transport === 'rsa-oaep' ? XENC11 : XENC}${transport}`
  const details =
    (digest === 'sha1' ? '' : `<ds:DigestMethod Algorithm="${digestNames[digest]}"/>`) +
    (transport === 'rsa-oaep'
      ? `<x11:MGF xmlns:x11="${XENC11}" Algorithm="${XENC11}${how.mask ?? `mgf1${digest}`}"/>`
      : '')
  const value = (bytes: Buffer) =>
    `<xenc:CipherData><xenc:CipherValue>${bytes.toString('base64')}</xenc:CipherValue></xenc:CipherData>`
  const encryptedKey = `<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="${method}">${details}</xenc:EncryptionMethod>${value(spoilKey(key))}</xenc:EncryptedKey>`
  const all = encryptedKey.repeat(keys)
  const name = `${mode === 'gcm' ? XENC11 : XENC}${content}`
  return `<saml:EncryptedAssertion xmlns:ds="http://www.w3.org/2000/09/xmldsig#" xmlns:xenc="${XENC}"><xenc:EncryptedData Type="${XENC}Element"><xenc:EncryptionMethod Algorithm="${name}"/>${beside ? '' : `<ds:KeyInfo>${all}</ds:KeyInfo>`}${value(spoilData(data))}</xenc:EncryptedData>${beside ? all : ''}</saml:EncryptedAssertion>`
}

function gcm(secret: Buffer, plain: string): Buffer {
  const iv = randomBytes(12)
  const bits = { 16: 'aes-128-gcm', 24: 'aes-192-gcm', 32: 'aes-256-gcm' } as const
  const cipher = createCipheriv(
    secret.length === 16 ? bits[16] : secret.length === 24 ? bits[24] : bits[32],
    secret,
    iv,
  )
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

function cbc(secret: Buffer, plain: string): Buffer {
  const iv = randomBytes(16)
  const cipher = createCipheriv(`aes-${secret.length * 8}-cbc`, secret, iv)
  return Buffer.concat([iv, cipher.update(plain, 'utf8'), cipher.final()])
}

/** The same answer with its assertion encrypted. */
export const withEncrypted = (xml: string, certificate: string, how: Encrypting = {}): string =>
  xml.replace(/<saml:Assertion.*<\/saml:Assertion>/s, (assertion) => encrypt(assertion, certificate, how))
