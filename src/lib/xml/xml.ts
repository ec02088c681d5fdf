// XML is built as a tree and written in one place, where everything that enters is escaped: no text ever becomes markup.

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number | undefined>>
  readonly children: readonly (XmlElement | string)[]
}

/** An element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: XmlElement['attributes'] = {},
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  return { name, attributes, children }
}

/** The text of an element and all in it. */
export function xmlText({ name, attributes, children }: XmlElement): string {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(String(value))}"`],
  )
  const content = children.map((child) => (typeof child === 'string' ? escaped(child) : xmlText(child))).join('')
  return content === '' ? `<${name}${pairs.join('')}/>` : `<${name}${pairs.join('')}>${content}</${name}>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

function escaped(text: string): string {
  // Control characters but tab and line breaks cannot be written in XML 1.0 at all.
  const clean = Array.from(text, (letter) => (isWritable(letter) ? letter : '\ufffd')).join('')
  return clean.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter)
}

function isWritable(letter: string): boolean {
  const code = letter.codePointAt(0) ?? 0
  return (
    (code >= 0x20 && code < 0xd800) || (code > 0xdfff && code < 0xfffe) || code > 0xffff || [9, 10, 13].includes(code)
  )
}
