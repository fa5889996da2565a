// S3's small XML: a strict writer and a tolerant reader. No I/O, no clock.
import { S3Error } from '../errors.ts'
import { xmlDepthMax, xmlElementsMax } from '../limits.ts'

// ── writer ───────────────────────────────────────────────────────────────────────────────────────────────────────────

declare const markup: unique symbol

/** The namespace of every document of S3 Control. */
export const controlNamespace = 'http://awss3control.amazonaws.com/doc/2018-08-20/'

/** Finished XML. Only `element` makes it, so that text can never be taken for markup. */
export type Xml = string & { readonly [markup]: true }

/** The namespace of every S3 document. */
const s3Namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

// What must not stand as it is in XML text: markup, quotes as AWS writes them, and what XML 1.0 has no character for.
const unpaired = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const special = new RegExp(/[&<>"\u0000-\u0008\u000b-\u001f\ufffe\uffff]|/.source + unpaired.source)
const specialEverywhere = new RegExp(special, 'g')

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
      return '&amp;'
    case '<':
      return '&lt;'
    case '>':
      return '&gt;'
    case '"':
      return '&quot;'
    default:
      return `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`
  }
}

/**
 * Text for XML content or an attribute in double quotes. A character that XML 1.0 cannot carry becomes a character
 * reference, as on AWS (which is why clients list with `encoding-type=url`); a carriage return too, so that it survives.
 */
export function escapeXml(text: string): string {
  return special.test(text) ? text.replace(specialEverywhere, escapeCharacter) : text
}

/**
 * One element. Text, numbers and booleans are escaped; an array holds child elements, in which null is left out.
 * `element('Owner', [element('ID', id)])`. Attributes are written in the order given.
 */
export function element(
  name: string,
  content: string | number | boolean | readonly (Xml | null)[],
  attributes?: Record<string, string>,
): Xml {
  let inner = ''
  if (typeof content === 'string') inner = escapeXml(content)
  else if (typeof content === 'object') for (const child of content) inner += child ?? ''
  else inner = String(content)
  if (attributes === undefined) return `<${name}>${inner}</${name}>` as Xml
  let open = `<${name}`
  for (const key in attributes) open += ` ${key}="${escapeXml(attributes[key] ?? '')}"`
  return `${open}>${inner}</${name}>` as Xml
}

/** A whole S3 document: declaration, and the root element in S3's namespace. */
export function xmlDocument(name: string, content: string | readonly (Xml | null)[]): string {
  return xmlDeclaration + element(name, content, { xmlns: s3Namespace })
}

/** Stands before every document. */
export const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>\n'

// ── reader ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An element as read: namespace prefixes dropped, text concatenated, unknown children kept. */
export interface XmlElement {
  name: string
  text: string
  attributes: Record<string, string>
  children: XmlElement[]
}

/** The first child of that name; null when there is none. */
export function childElement(parent: XmlElement, name: string): XmlElement | null {
  for (const child of parent.children) if (child.name === name) return child
  return null
}

/** Every child of that name, in order. */
export function childElements(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.name === name)
}

/** Text of the first child of that name; null when there is none. */
export function childText(parent: XmlElement, name: string): string | null {
  return childElement(parent, name)?.text ?? null
}

/**
 * Reads a document in one pass, linear in its length. Namespaces are ignored; comments and processing instructions are
 * skipped; CDATA and the five predefined entities are known. Throws MalformedXML for anything not well-formed, for a
 * document type (so no entity is ever defined, let alone fetched), and beyond `xmlDepthMax` or `xmlElementsMax`.
 */
export function parseXml(text: string): XmlElement {
  return new Reader(text).document()
}

function malformed(reason: string): S3Error {
  return new S3Error('MalformedXML', { reason })
}

const noAttributes: Record<string, string> = Object.freeze(Object.create(null))

const predefined: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

class Reader {
  private readonly text: string
  private position: number
  private elements = 0

  constructor(text: string) {
    this.text = text
    // A byte order mark is no part of the document.
    this.position = text.charCodeAt(0) === 0xfeff ? 1 : 0
  }

  document(): XmlElement {
    this.skipMisc()
    const root = this.root()
    this.skipMisc()
    if (this.position !== this.text.length) throw malformed('Content after the root element')
    return root
  }

  /** The root with everything in it: a loop with its own stack, so that depth costs no call frames. */
  private root(): XmlElement {
    const open: { element: XmlElement; qualifiedName: string }[] = []
    for (;;) {
      if (this.text.startsWith('</', this.position)) {
        const closed = open.pop()
        this.position += 2
        if (closed === undefined || this.name() !== closed.qualifiedName) throw malformed('End tag without its start')
        this.skipSpace()
        this.expect('>')
        if (open.length === 0) return closed.element
      } else {
        const started = this.startTag()
        const parent = open.at(-1)
        if (parent !== undefined) parent.element.children.push(started.element)
        if (!started.isEmpty) open.push(started)
        else if (parent === undefined) return started.element
        if (open.length > xmlDepthMax) throw malformed('Nested too deeply')
      }
      const current = open.at(-1)
      if (current !== undefined) this.content(current.element)
    }
  }

  /** Text, CDATA, comments and instructions up to the next tag. */
  private content(parent: XmlElement): void {
    for (;;) {
      const end = this.text.indexOf('<', this.position)
      if (end < 0) throw malformed('Element without an end tag')
      if (end > this.position) parent.text += this.decode(this.text.slice(this.position, end))
      this.position = end
      if (this.text.startsWith('<![CDATA[', end)) {
        parent.text += unifyLineEnds(this.upTo(']]>', 9))
      } else if (!this.skipCommentOrInstruction()) return
    }
  }

  private startTag(): { element: XmlElement; qualifiedName: string; isEmpty: boolean } {
    this.expect('<')
    this.elements++
    if (this.elements > xmlElementsMax) throw malformed('Too many elements')
    const qualifiedName = this.name()
    let attributes = noAttributes
    for (;;) {
      const spaced = this.skipSpace()
      const character = this.text[this.position]
      if (character === '>' || character === '/') break
      if (!spaced) throw malformed('Attributes not separated')
      if (attributes === noAttributes) attributes = Object.create(null) as Record<string, string>
      this.attribute(attributes)
    }
    const isEmpty = this.text[this.position] === '/'
    if (isEmpty) this.position++
    this.expect('>')
    return { element: { name: localName(qualifiedName), text: '', attributes, children: [] }, qualifiedName, isEmpty }
  }

  /** One attribute; namespace declarations are read and forgotten. */
  private attribute(attributes: Record<string, string>): void {
    const qualifiedName = this.name()
    this.skipSpace()
    this.expect('=')
    this.skipSpace()
    const quote = this.text[this.position]
    if (quote !== '"' && quote !== "'") throw malformed('Attribute value without quotes')
    const raw = this.upTo(quote, 1)
    if (raw.includes('<')) throw malformed('Markup in an attribute')
    if (qualifiedName === 'xmlns' || qualifiedName.startsWith('xmlns:')) return
    const name = localName(qualifiedName)
    if (name in attributes) throw malformed('Attribute named twice')
    attributes[name] = this.decode(raw)
  }

  private name(): string {
    const start = this.position
    while (this.position < this.text.length && isNameCharacter(this.text.charCodeAt(this.position))) this.position++
    if (this.position === start || isNameContinuation(this.text.charCodeAt(start))) throw malformed('Name expected')
    return this.text.slice(start, this.position)
  }

  /** Between declaration and root, and after it. */
  private skipMisc(): void {
    do this.skipSpace()
    while (this.skipCommentOrInstruction())
  }

  /** True when one was skipped. A document type is refused. */
  private skipCommentOrInstruction(): boolean {
    if (this.text.startsWith('<!--', this.position)) this.upTo('-->', 4)
    else if (this.text.startsWith('<?', this.position)) this.upTo('?>', 2)
    else if (this.text.startsWith('<!', this.position)) throw malformed('Document types are refused')
    else return false
    return true
  }

  /** What lies between here (after `skip` characters) and `end`; moves behind it. */
  private upTo(end: string, skip: number): string {
    const start = this.position + skip
    const found = this.text.indexOf(end, start)
    if (found < 0) throw malformed(`${end} is missing`)
    this.position = found + end.length
    return this.text.slice(start, found)
  }

  private skipSpace(): boolean {
    const start = this.position
    while (isSpace(this.text.charCodeAt(this.position))) this.position++
    return this.position > start
  }

  private expect(character: string): void {
    if (this.text[this.position] !== character) throw malformed(`${character} expected`)
    this.position++
  }

  /** Text with its references replaced and its line ends unified. */
  private decode(raw: string): string {
    let ampersand = raw.indexOf('&')
    if (ampersand < 0) return unifyLineEnds(raw)
    let decoded = ''
    let done = 0
    while (ampersand >= 0) {
      // The longest reference is `&#x10FFFF;`; leading zeros are allowed, within reason.
      const end = raw.indexOf(';', ampersand)
      if (end < 0 || end - ampersand > 32) throw malformed('& without a reference')
      decoded += unifyLineEnds(raw.slice(done, ampersand)) + reference(raw.slice(ampersand + 1, end))
      done = end + 1
      ampersand = raw.indexOf('&', done)
    }
    return decoded + unifyLineEnds(raw.slice(done))
  }
}

/** What `&name;`, `&#10;` or `&#xA;` stands for. */
function reference(name: string): string {
  if (!name.startsWith('#')) {
    const character = Object.hasOwn(predefined, name) ? predefined[name] : undefined
    if (character === undefined) throw malformed('Unknown entity')
    return character
  }
  const isHex = name[1] === 'x'
  const digits = name.slice(isHex ? 2 : 1)
  if (!(isHex ? /^[0-9A-Fa-f]+$/ : /^[0-9]+$/).test(digits)) throw malformed('Malformed character reference')
  const point = Number.parseInt(digits, isHex ? 16 : 10)
  // Control characters are no XML 1.0, but AWS itself writes such references for keys that hold them.
  if (point === 0 || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw malformed('No such character')
  return String.fromCodePoint(point)
}

/** XML 1.0 section 2.11. */
function unifyLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : text
}

/** `s3:Key` is `Key`. */
function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.lastIndexOf(':') + 1)
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function isNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    isNameContinuation(code) ||
    code === 0x5f ||
    code === 0x3a ||
    code >= 0x80
  )
}

/** Digits, hyphen and dot: in a name, but not first. */
function isNameContinuation(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e
}
