// What the operator asks of passwords and accounts (`security_compliance` of the configuration, named as Keystone names it). Everything is off by default.

import { badRequest } from '#platform/errors.ts'
import type { Settings } from '#platform/config.ts'
import type { Password, User } from './store.ts'

export type Compliance = Settings['security_compliance']

const DAY_MS = 86_400_000

/** Whether too many wrong passwords keep a user out for now; whoever is exempt never. */
export function isLocked({ failures, options }: User, compliance: Compliance, now: number): boolean {
  const { lockout_failure_attempts: most, lockout_duration: seconds } = compliance
  if (most === 0 || failures.count < most || options['ignore_lockout_failure_attempts'] === true) return false
  return seconds === 0 || failures.at === null || failures.at + seconds * 1000 > now
}

/** Whether the lock has run out, so that counting begins anew. */
export const isLockOver = (user: User, compliance: Compliance, now: number): boolean =>
  compliance.lockout_failure_attempts > 0 &&
  user.failures.count >= compliance.lockout_failure_attempts &&
  !isLocked(user, compliance, now)

/** Whether a user has not logged in for so long that the account sleeps. */
export function isInactive({ options, lastActiveAt, createdAt }: User, compliance: Compliance, now: number): boolean {
  const { disable_user_account_days_inactive: days } = compliance
  if (days === 0 || options['ignore_user_inactivity'] === true) return false
  return Math.floor(now / DAY_MS) - Math.floor((lastActiveAt ?? createdAt) / DAY_MS) >= days
}

/** Whether the present password is too old, or was set by somebody else and must be changed first. */
export function isExpired({ password, options }: User, now: number): boolean {
  if (options['ignore_password_expiry'] === true) return false
  return password !== null && password.expiresAt !== null && password.expiresAt <= now
}

/** When a password that is set now expires: at once where an administrator sets it and it must be changed at first use. */
export function expiryOf(
  options: User['options'],
  compliance: Compliance,
  now: number,
  selfService: boolean,
): number | null {
  const first = compliance.change_password_upon_first_use && !selfService
  if (first && options['ignore_change_password_upon_first_use'] !== true) return now
  const days = compliance.password_expires_days
  if (days === 0 || options['ignore_password_expiry'] === true) return null
  return Math.floor((now + days * DAY_MS) / 1000) * 1000
}

/** @throws badRequest where a password is not as the operator wants it */
export function checkForm(
  password: string,
  { password_regex: pattern, password_regex_description: words }: Compliance,
): void {
  if (pattern === '' || new RegExp(`^(?:${pattern})`, 'u').test(password)) return
  throw badRequest(`The password does not match the requirements: ${words}.`)
}

/** @throws badRequest where a user changes a password that it has chosen itself too short a time ago */
export function checkAge(present: Password | null, { minimum_password_age: days }: Compliance, now: number): void {
  if (days === 0 || !present?.selfService) return
  const left = present.createdAt + days * DAY_MS - now
  if (left <= 0) return
  throw badRequest(
    `You cannot change your password at this time due to the minimum password age. Once you change your password, it must be used for ${days} day(s) before it can be changed. Please try again in ${Math.floor(left / DAY_MS)} day(s) or contact your administrator to reset your password.`,
  )
}

/** What is said of a password that was used before. */
export const usedBefore = (count: number) =>
  badRequest(
    `The new password cannot be identical to a previous password. The total number which includes the new password must be unique is ${count}.`,
  )
