// Signed images: the four properties say that data must be verified by a certificate that a key manager keeps. There is no key
// manager here, so data that wants to be verified is refused, as Glance refuses it where none answers.

const HASHES = ['SHA-224', 'SHA-256', 'SHA-384', 'SHA-512']
const KEY_TYPES = [
  'RSA-PSS',
  'DSA',
  'ECC_SECT571K1',
  'ECC_SECT409K1',
  'ECC_SECT571R1',
  'ECC_SECT409R1',
  'ECC_SECP521R1',
  'ECC_SECP384R1',
]

/** Why data cannot be verified; undefined where nobody asked for it, which takes all four properties. */
export const signatureProblem = (properties: Readonly<Record<string, string>>): string | undefined => {
  const {
    img_signature: signature,
    img_signature_hash_method: hash,
    img_signature_key_type: keyType,
    img_signature_certificate_uuid: certificate,
  } = properties
  if (signature === undefined || hash === undefined || keyType === undefined || certificate === undefined)
    return undefined
  return `Signature verification for the image failed: ${reasonOf(signature, hash, keyType, certificate)}.`
}

const reasonOf = (signature: string, hash: string, keyType: string, certificate: string): string => {
  const letters = signature.replaceAll(/[^A-Za-z0-9+/=]/g, '')
  if (letters.length % 4 !== 0) return 'The signature data was not properly encoded using base64'
  if (!HASHES.includes(hash)) return `Invalid signature hash method: ${hash}`
  if (!KEY_TYPES.includes(keyType)) return `Invalid signature key type: ${keyType}`
  return `Unable to retrieve certificate with ID: ${certificate}`
}
