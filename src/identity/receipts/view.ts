import { isoMicros } from '#platform/clock.ts'
import type { Receipt } from './operations.ts'

/** A receipt as the API shows it. */
export const viewReceipt = ({ methods, user, domain, issuedAt, expiresAt, required }: Receipt) => ({
  receipt: {
    methods,
    user: { id: user.id, name: user.name, domain },
    expires_at: isoMicros(expiresAt),
    issued_at: isoMicros(issuedAt),
  },
  required_auth_methods: required,
})
