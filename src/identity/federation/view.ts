import type { Brought } from './operations/websso.ts'

const escaped = (text: string): string => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)

const SCRIPT = "document.forms['sso'].submit()"
// The script's SHA-256, so that no other runs on the page.
const SCRIPT_HASH = 'sha256-rJ1WwlkoY7Nu+bHJWan7yRWLdenI/GHQMg2CezmkjVk='

/** Headers of a page with a token in it: nobody keeps it, frames it or runs anything else on it. */
export const formHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'content-security-policy': `default-src 'none'; script-src '${SCRIPT_HASH}'; frame-ancestors 'none'`,
} as const

/** The page that brings a token to the dashboard: Keystone's sso_callback_template.html. */
export const viewForm = ({ origin, token }: Brought): string => `<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
  <head>
    <title>Keystone WebSSO redirect</title>
  </head>
  <body>
    <form id="sso" name="sso" action="${escaped(origin)}" method="post">
      Please wait...
      <br/>
      <input type="hidden" name="token" id="token" value="${escaped(token)}"/>
      <noscript>
        <input type="submit" name="submit_no_javascript" id="submit_no_javascript" value="If your JavaScript is disabled, please click to continue"/>
      </noscript>
    </form>
    <script>${SCRIPT}</script>
  </body>
</html>
`
