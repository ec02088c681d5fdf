// A certificate that signs itself (X.509, RFC 5280): it carries a public key to where the key is looked up by what is in the certificate,
// and stands for no authority. DER is a tree of type, length and value; the few types that such a certificate has are written here.

import { createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

/** A private key and its certificate, both PEM. */
export type SelfSigned = { readonly privateKey: string; readonly certificate: string }

const RSA_BITS = 3072
const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18

const der = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
  const value = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([type]), lengthOf(value.length), value])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

/** sha256WithRSAEncryption (1.2.840.113549.1.1.11), and commonName (2.5.4.3). */
const SHA256_WITH_RSA = Buffer.from('300d06092a864886f70d01010b0500', 'hex')
const COMMON_NAME = Buffer.from('0603550403', 'hex')
const VERSION_3 = Buffer.from('a003020102', 'hex')

const timeOf = (ms: number): Buffer =>
  der(GENERALIZED_TIME, Buffer.from(`${new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`))

/** Makes an RSA key and a certificate of it for a name, good for so many years from `now` (ms since 1970). */
export function createSelfSigned(commonName: string, now: number, years: number): SelfSigned {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS })
  const name = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8_STRING, Buffer.from(commonName)))))
  // The first byte keeps the number positive and in its shortest form.
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(15)])
  const end = new Date(now)
  end.setUTCFullYear(end.getUTCFullYear() + years)
  const content = der(
    SEQUENCE,
    VERSION_3,
    der(INTEGER, serial),
    SHA256_WITH_RSA,
    name,
    der(SEQUENCE, timeOf(now), timeOf(end.getTime())),
    name,
    createPublicKey(privateKey).export({ type: 'spki', format: 'der' }),
  )
  const signature = der(BIT_STRING, Buffer.from([0]), sign('sha256', content, privateKey))
  const certificate = der(SEQUENCE, content, SHA256_WITH_RSA, signature)
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pemOf(certificate),
  }
}

const pemOf = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`
