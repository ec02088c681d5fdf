// What identity demands of passwords and accounts, under the names that Keystone has for it.
import { Type } from 'typebox'

const text = (value: string, description: string) => Type.String({ default: value, description })
const integer = (value: number, description: string) => Type.Integer({ default: value, minimum: 0, description })

export const securityCompliance = Type.Object(
  {
    lockout_failure_attempts: integer(0, 'Wrong passwords in a row that lock an account; 0: never.'),
    lockout_duration: integer(1800, 'Seconds that an account stays locked; 0: until an administrator enables it.'),
    disable_user_account_days_inactive: integer(0, 'Days without a login after which an account sleeps; 0: never.'),
    password_expires_days: integer(0, 'Days after which a password expires; 0: never.'),
    unique_last_password_count: integer(0, 'How many of the last passwords a new one must differ from.'),
    minimum_password_age: integer(0, 'Days that users must keep a password they have chosen.'),
    password_regex: text('', 'What a password must match from its beginning; empty: anything.'),
    password_regex_description: text('', 'The same in words, for those whose password does not.'),
    change_password_upon_first_use: Type.Boolean({
      default: false,
      description: 'Whether users must change a password that an administrator has set.',
    }),
  },
  { default: {}, additionalProperties: false },
)
