// XML from elsewhere: read within a size, without document types and the entities they would bring, and never mended.

import { DOMParser, type Element, type Node } from '@xmldom/xmldom'

export type { Element } from '@xmldom/xmldom'

// What a document may have: the time that a signature takes grows faster than they do.
const MOST_LETTERS = 262_144
const MOST_TAGS = 3000
const MOST_ATTRIBUTES = 1500
const MOST_DEPTH = 40

/** What was shown is no good; why is for the log. */
export class SamlRefusal extends Error {
  override name = 'SamlRefusal'
}

/** The root of a document that anybody may have written. @throws SamlRefusal */
export function readXml(text: string): Element {
  const tags = text.split('<', MOST_TAGS + 2).length - 1
  const attributes = text.length > MOST_LETTERS ? 0 : (text.match(/=\s*["']/g)?.length ?? 0)
  if (text.length > MOST_LETTERS || tags > MOST_TAGS || attributes > MOST_ATTRIBUTES) {
    throw new SamlRefusal('more than anybody needs')
  }
  const root = parseXml(text)
  checkDepth(root, MOST_DEPTH)
  return root
}

function checkDepth(element: Element, left: number): void {
  if (left === 0) throw new SamlRefusal(`deeper than ${MOST_DEPTH} elements`)
  for (const child of elementsOf(element)) checkDepth(child, left - 1)
}

/** The root of a document of the operator's own, of any size. @throws SamlRefusal */
export function parseXml(text: string): Element {
  if (/<!(?!--)/.test(text)) throw new SamlRefusal('document types, entities and CDATA are not taken')
  if (/<\?(?!xml\s)/.test(text)) throw new SamlRefusal('processing instructions are not taken')
  try {
    const root = new DOMParser({ onError: refuse }).parseFromString(text, 'text/xml').documentElement
    if (root) return root
  } catch (error) {
    throw new SamlRefusal('not XML', { cause: error })
  }
  throw new SamlRefusal('an empty document')
}

function refuse(_level: string, message: string): never {
  throw new Error(message)
}

export const isNamed = (element: Element, namespace: string, name: string): boolean =>
  element.namespaceURI === namespace && element.localName === name

/** Elements right below another, of one name. */
export function childrenOf(parent: Element, namespace: string, name: string): Element[] {
  return elementsOf(parent).filter((child) => isNamed(child, namespace, name))
}

/** Every element right below another. */
export function elementsOf(parent: Element): Element[] {
  return [...nodesOf(parent)].filter(isElement)
}

function* nodesOf(parent: Element): Iterable<Node> {
  for (let node: Node | null = parent.firstChild; node; node = node.nextSibling) yield node
}

const isElement = (node: Node): node is Element => node.nodeType === 1

/** The element that another is in. */
export const parentOf = ({ parentNode }: Element): Element | undefined =>
  parentNode && isElement(parentNode) ? parentNode : undefined

/** Names, as they are written, and values. */
export function attributesOf({ attributes }: Element): (readonly [string, string])[] {
  return Array.from({ length: attributes.length }, (_, index) => attributes.item(index)).flatMap((each) =>
    each ? [[each.name, each.value] as const] : [],
  )
}

/** The one child of a name, where there may be none. @throws SamlRefusal where there are several */
export function optionalChild(parent: Element, namespace: string, name: string): Element | undefined {
  const [child, ...others] = childrenOf(parent, namespace, name)
  if (others.length > 0) throw new SamlRefusal(`several ${name}s`)
  return child
}

/** The one child of a name. @throws SamlRefusal */
export function theChild(parent: Element, namespace: string, name: string): Element {
  const child = optionalChild(parent, namespace, name)
  if (!child) throw new SamlRefusal(`there is no ${name}`)
  return child
}

/** The text of an element without blanks around it. */
export const textOf = (element: Element): string => (element.textContent ?? '').trim()

export const attributeOf = (element: Element, name: string): string | undefined =>
  element.hasAttribute(name) ? (element.getAttribute(name) ?? undefined) : undefined
