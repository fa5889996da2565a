import { describe, expect, it } from 'vitest'
import { xmlDepthMax, xmlElementsMax } from '../../src/limits.ts'
import {
  childElement,
  childElements,
  childText,
  element,
  escapeXml,
  parseXml,
  xmlDocument,
  type XmlElement,
} from '../../src/s3/xml.ts'

describe('element()', () => {
  it('escapes text and leaves children alone', () => {
    const owner = element('Owner', [element('ID', 'a<b>&"c"\''), null, element('N', 1), element('B', true)])
    expect(owner).toBe(`<Owner><ID>a&lt;b&gt;&amp;&quot;c&quot;'</ID><N>1</N><B>true</B></Owner>`)
  })
  it('writes attributes', () => {
    expect(element('G', [], { 'xsi:type': 'a"b' })).toBe('<G xsi:type="a&quot;b"></G>')
  })
  it('makes documents in the namespace of S3', () => {
    expect(xmlDocument('LocationConstraint', '')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></LocationConstraint>',
    )
  })
})

describe('escapeXml()', () => {
  const table: [text: string, expected: string][] = [
    ['plain é 🙂\t\n', 'plain é 🙂\t\n'],
    ['a\rb', 'a&#xD;b'],
    ['\u0001\u001f', '&#x1;&#x1F;'],
    ['\uffff', '&#xFFFF;'],
    ['\ud800x', '&#xD800;x'],
    ['x\udc00', 'x&#xDC00;'],
    [']]>', ']]&gt;'],
  ]
  for (const [text, expected] of table) {
    it(`escapes ${JSON.stringify(text)}`, () => {
      // Twice: a regular expression that keeps its place would forget the second.
      expect(escapeXml(text)).toBe(expected)
      expect(escapeXml(text)).toBe(expected)
    })
  }
})

/** Elements as nested arrays: [name, text, ...children]. */
type Outline = [name: string, text: string, ...children: Outline[]]

function outline({ name, text, children }: XmlElement): Outline {
  return [name, text, ...children.map(outline)]
}

function nested(depth: number): string {
  return '<a>'.repeat(depth) + '</a>'.repeat(depth)
}

describe('parseXml()', () => {
  const table: [text: string, expected: Outline][] = [
    ['<a/>', ['a', '']],
    ['<a></a>', ['a', '']],
    ['\ufeff<?xml version="1.0"?>\n<a>x</a >\n<!-- end -->', ['a', 'x']],
    ['<a><b>1</b><c/>2</a>', ['a', '2', ['b', '1'], ['c', '']]],
    ['<s3:a xmlns:s3="http://x"><s3:b>1</s3:b></s3:a>', ['a', '', ['b', '1']]],
    ['<a xmlns="http://x" />', ['a', '']],
    ['<a>&quot;e&quot; &lt;&gt;&amp;&apos;</a>', ['a', `"e" <>&'`]],
    ['<a>&#65;&#x42;&#x1F642;</a>', ['a', 'AB🙂']],
    ['<a>&amp;lt;</a>', ['a', '&lt;']],
    ['<a>1<![CDATA[<b>&amp;]]]]>2</a>', ['a', '1<b>&amp;]]2']],
    ['<a>1<!-- x --><?pi y?>2</a>', ['a', '12']],
    ['<a>1\r\n2\r3&#13;</a>', ['a', '1\n2\n3\r']],
    ['<é.1-2>x</é.1-2>', ['é.1-2', 'x']],
  ]
  for (const [text, expected] of table) {
    it(`reads ${JSON.stringify(text)}`, () => expect(outline(parseXml(text))).toEqual(expected))
  }
  it('reads attributes without their prefix', () => {
    const grantee = parseXml(`<g xmlns:xsi="u" xsi:type='Canonical&amp;User' b = "&#x41;"/>`)
    expect({ ...grantee.attributes }).toEqual({ type: 'Canonical&User', b: 'A' })
  })
  it('reads what element() writes', () => {
    const text = 'a<b>&"c"\' \r\n\t é🙂'
    expect(parseXml(element('Key', text)).text).toBe(text)
  })

  const malformed = [
    '',
    'x',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a/>x',
    '<a',
    '<a b>',
    '<a b=c/>',
    '<a b="1"c="2"/>',
    '<a b="1" b="2"/>',
    '<a b="<"/>',
    '<a b="1/>',
    '<1/>',
    '<-a/>',
    '< a/>',
    '<a>&nbsp;</a>',
    '<a>&</a>',
    '<a>&#xD800;</a>',
    '<a>&#x110000;</a>',
    '<a>&#0;</a>',
    '<a>&#x;</a>',
    '<a>&#1e5;</a>',
    '<a>&constructor;</a>',
    '<a><![CDATA[x</a>',
    '<a><!-- x</a>',
    '<!DOCTYPE a><a/>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<a><!ENTITY b "c"></a>',
    '{"json": true}',
    '<a:b></c:b>',
  ]
  for (const text of malformed) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'MalformedXML', status: 400 }))
    })
  }

  it('has a limit of depth', () => {
    expect(parseXml(nested(xmlDepthMax)).name).toBe('a')
    expect(() => parseXml(nested(xmlDepthMax + 1))).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
    expect(() => parseXml('<a>'.repeat(100_000))).toThrow(expect.objectContaining({ code: 'MalformedXML' }))
  })
  it('has a limit of elements', () => {
    expect(() => parseXml(`<a>${'<b/>'.repeat(xmlElementsMax)}</a>`)).toThrow(
      expect.objectContaining({ code: 'MalformedXML' }),
    )
  })
  it('takes linear time over text that invites searching again and again', () => {
    const started = performance.now()
    for (const text of ['<a>&'.repeat(300_000), `<a>${'&amp'.repeat(300_000)}</a>`, `<a ${'b '.repeat(300_000)}`]) {
      expect(() => parseXml(text)).toThrow()
    }
    expect(parseXml(`<a>${'&amp;<!---->'.repeat(100_000)}</a>`).text.length).toBe(100_000)
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('children', () => {
  const parent = parseXml('<d><Object><Key>1</Key></Object><Object><Key/></Object><Quiet>true</Quiet></d>')
  it('are found by name', () => {
    expect(childElements(parent, 'Object').map((child) => childText(child, 'Key'))).toEqual(['1', ''])
    expect(childText(parent, 'Quiet')).toBe('true')
    expect(childElement(parent, 'Nothing')).toBeNull()
    expect(childText(parent, 'Nothing')).toBeNull()
  })
})
