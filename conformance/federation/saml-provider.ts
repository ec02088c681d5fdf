// An identity provider of SAML for enhanced clients (ECP): `node saml-provider.ts PORT KEY CERTIFICATE`. The password of everybody is `secret`.
// It ends when it is asked to (GET /stop), or after ten minutes.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { SignedXml } from 'xml-crypto'

const [, , port = '', keyFile = '', certificateFile = ''] = process.argv
const [privateKey, publicCert] = [readFileSync(keyFile, 'utf8'), readFileSync(certificateFile, 'utf8')]
const issuer = `http://127.0.0.1:${port}/idp`
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** The user of `Authorization: Basic …`. */
function userOf({ headers }: IncomingMessage): string | undefined {
  const [, base64 = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
  const [user, password] = Buffer.from(base64, 'base64').toString('utf8').split(':')
  return password === 'secret' ? user : undefined
}

function answer(request: string, user: string): string {
  const find = (pattern: RegExp) => pattern.exec(request)?.[1] ?? ''
  const id = find(/<samlp:AuthnRequest[^>]* ID="([^"]+)"/)
  const place = find(/AssertionConsumerServiceURL="([^"]+)"/)
  const audience = find(/<saml:Issuer>([^<]+)</)
  const [now, end] = [new Date(), new Date(Date.now() + 60_000)].map((time) => time.toISOString())
  const newId = () => `_${randomBytes(16).toString('hex')}`
  const head = (name: string, more: string) =>
    `<${name} xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${newId()}" Version="2.0" IssueInstant="${now}"${more}><saml:Issuer>${issuer}</saml:Issuer>`
  const assertion = `${head('saml:Assertion', '')}<saml:Subject><saml:NameID>${user}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${id}" Recipient="${place}" NotOnOrAfter="${end}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${now}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="uid"><saml:AttributeValue>${user}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion>`
  const status = '<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>'
  const response = `${head('samlp:Response', ` xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Destination="${place}" InResponseTo="${id}"`)}${status}${assertion}</samlp:Response>`
  const header = `<ecp:Response xmlns:ecp="urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp" S:mustUnderstand="1" S:actor="http://schemas.xmlsoap.org/soap/actor/next" AssertionConsumerServiceURL="${place}"/>`
  return sign(
    `<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Header>${header}</S:Header><S:Body>${response}</S:Body></S:Envelope>`,
  )
}

function sign(xml: string): string {
  const signature = new SignedXml({
    privateKey,
    publicCert,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: exclusive,
    idAttribute: 'ID',
  })
  signature.addReference({
    xpath: "//*[local-name()='Assertion']",
    transforms: ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', exclusive],
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  const reference = "//*[local-name()='Assertion']/*[local-name()='Issuer']"
  signature.computeSignature(xml, { location: { reference, action: 'after' } })
  return signature.getSignedXml()
}

const end = (): void => process.exit(0)
createServer((request, response) => {
  if (request.url === '/stop') response.end('ended', end)
  else if (request.method !== 'POST') response.end('ready')
  else {
    const user = userOf(request)
    if (user === undefined) response.writeHead(401).end()
    else void textOf(request).then((text) => response.setHeader('content-type', 'text/xml').end(answer(text, user)))
  }
}).listen(Number(port), '127.0.0.1')
setTimeout(end, 600_000)
