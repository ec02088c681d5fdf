// SSH keys: what a public key must look like, its fingerprint, and the text form of an RSA key that was made here. Pure.
import { createHash } from 'node:crypto'

/** `7e:eb:ab:…`, or null where the text is no SSH public key. */
export function fingerprintOf(publicKey: string): string | null {
  const [type, base64] = publicKey.trim().split(/\s+/)
  if (type === undefined || base64 === undefined || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null
  const blob = Buffer.from(base64, 'base64')
  if (blob.length < 5) return null
  const length = blob.readUInt32BE(0)
  // The blob begins with the type's own name: what the text says it is, it must be.
  if (length > 64 || blob.subarray(4, 4 + length).toString('latin1') !== type) return null
  if (
    !/^(ssh-(rsa|dss|ed25519)|ecdsa-sha2-nistp(256|384|521)|sk-(ssh-ed25519|ecdsa-sha2-nistp256)@openssh\.com)$/.test(
      type,
    )
  )
    return null
  return createHash('md5')
    .update(blob)
    .digest('hex')
    .replace(/(..)(?=.)/g, '$1:')
}

const field = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
/** Positive numbers have a zero byte in front where their highest bit is set. */
const integer = (bytes: Buffer): Buffer =>
  field((bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes)

/**
 * The OpenSSH text of an RSA public key.
 * @param exponent and modulus in base64url, as a JWK has them
 */
export function sshRsaText(exponent: string, modulus: string, comment: string): string {
  const blob = Buffer.concat([
    field(Buffer.from('ssh-rsa')),
    integer(Buffer.from(exponent, 'base64url')),
    integer(Buffer.from(modulus, 'base64url')),
  ])
  return `ssh-rsa ${blob.toString('base64')} ${comment}`
}
