// Access rules of application credentials, matched as keystonemiddleware matches them:
// `*` and `{name}` stand for one part of the path, `**` for any number of them.
import type { AccessRule } from './caller.ts'

/** Whether one of the rules allows a request; `path` is without its query. */
export const permits = (rules: readonly AccessRule[], service: string, method: string, path: string): boolean =>
  rules.some((rule) => rule.service === service && rule.method === method && patternOf(rule.path).test(path))

const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path.replace(/\{[^}]*\}|\*\*|\*|[.+?^$()[\]\\|{}]/g, (part) => (part === '**' ? '.*' : part === '*' || (part.startsWith('{') && part.length > 1) ? '[^/]+' : `\\${part}`))}$`,
  )
