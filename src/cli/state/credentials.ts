import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import { urlHost } from '../services.ts'
import type { StatePaths } from './paths.ts'

/** The password a first start gives admin when the operator names none: 120 bits, no letter a shell minds. */
export function generatePassword(): string {
  return randomBytes(15).toString('base64url')
}

/** Keystone's URL for clients on this or another machine. */
export function authUrl(address: string): string {
  return `http://${urlHost(address)}:5000/v3`
}

/** Writes admin-openrc and clouds.yaml from the address and the admin password; rewrites them only when they would differ. */
export async function writeCredentials(paths: StatePaths, address: string, region: string): Promise<void> {
  const password = (await readFile(paths.adminPassword, 'utf8')).trimEnd()
  await replaceFile(paths.openrc, openrcText(password, authUrl(address)))
  await replaceFile(paths.clouds, cloudsText(password, authUrl(address), region))
}

/** admin-openrc with the variables and the order the installation guides use. */
function openrcText(password: string, url: string): string {
  const variables = {
    OS_USERNAME: 'admin',
    OS_PASSWORD: password,
    OS_PROJECT_NAME: 'admin',
    OS_USER_DOMAIN_NAME: 'Default',
    OS_PROJECT_DOMAIN_NAME: 'Default',
    OS_AUTH_URL: url,
    OS_IDENTITY_API_VERSION: '3',
    OS_IMAGE_API_VERSION: '2',
  }
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${shellQuoted(value)}\n`)
    .join('')
}

function cloudsText(password: string, url: string, region: string): string {
  const auth = {
    auth_url: url,
    username: 'admin',
    password,
    project_name: 'admin',
    user_domain_name: 'Default',
    project_domain_name: 'Default',
  }
  return stringify({ clouds: { haneul: { auth, region_name: region, identity_api_version: 3, image_api_version: 2 } } })
}

function shellQuoted(value: string): string {
  return /^[\w./:@%+=,-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

async function replaceFile(file: string, content: string): Promise<void> {
  const present = await readFile(file, 'utf8').catch(() => undefined)
  if (present === content) return
  await writeFile(`${file}.new`, content, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
