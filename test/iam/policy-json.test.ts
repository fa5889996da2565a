import { describe, expect, it } from 'vitest'
import { readJson, type JsonValue } from '../../src/iam/policy-json.ts'
import { randomFrom } from '../support/random.ts'

/** As JSON.parse gives it, but numbers as their texts. */
function plain(value: JsonValue): unknown {
  switch (value.type) {
    case 'object':
      return value.members.map(({ name, value: member }) => [name, plain(member)])
    case 'array':
      return value.items.map(plain)
    case 'null':
      return null
    case 'boolean':
      return value.text === 'true'
    case 'number':
    case 'string':
      return value.text
  }
}

function read(text: string): unknown {
  const result = readJson(text)
  return result.outcome === 'read' ? plain(result.value) : result.reason
}

describe('readJson()', () => {
  const values: [text: string, expected: unknown][] = [
    ['{}', []],
    [' {"a" : [1, "b", true, null]}\n', [['a', ['1', 'b', true, null]]]],
    ['[1e2, -0, 0.50, 9007199254740993]', ['1e2', '-0', '0.50', '9007199254740993']],
    [String.raw`"\"\\\/\b\f\n\r\t\u0041\u0000"`, '"\\/\b\f\n\r\tA\0'],
    [String.raw`"\ud83d\ude00"`, '\u{1f600}'],
    [
      '{"__proto__":1,"constructor":2,"toString":3}',
      [
        ['__proto__', '1'],
        ['constructor', '2'],
        ['toString', '3'],
      ],
    ],
    ['"é\u{1f600}\u007f"', 'é\u{1f600}\u007f'],
  ]
  for (const [text, expected] of values) {
    it(`reads ${text}`, () => expect(read(text)).toEqual(expected))
  }

  const refused = [
    '',
    ' ',
    '{',
    '}',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '[1 2]',
    '01',
    '1.',
    '.5',
    '+1',
    '1e',
    'NaN',
    'tru',
    'true false',
    '"a',
    '"\\x"',
    '"\\u12g4"',
    '"\u0001"',
    '"line\nbreak"',
    '{"a":1}x',
    '\ufeff{}',
    '{"a":undefined}',
    '//x\n{}',
    '\u00a0{}',
    '-',
    '[',
    '{"a"',
    '{"a":',
    '"\\',
  ]
  for (const text of refused) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(read(text)).toBe('syntax'))
  }

  it('refuses a name that comes twice, however it is written', () => {
    expect(readJson('{"a":1,"b":2,"a":3}')).toMatchObject({ outcome: 'refused', reason: 'duplicate', name: 'a' })
    expect(readJson('{"x":{"Effect":"Deny","\\u0045ffect":"Allow"}}')).toMatchObject({
      reason: 'duplicate',
      name: 'Effect',
    })
  })

  it('refuses nesting deeper than any policy, without going down', () => {
    expect(read(`${'['.repeat(16)}${']'.repeat(16)}`)).not.toBe('syntax')
    expect(read(`${'['.repeat(20)}${']'.repeat(20)}`)).toBe('syntax')
    expect(read('['.repeat(1_000_000))).toBe('syntax')
    expect(read('{"a":'.repeat(100_000))).toBe('syntax')
  })

  it('says where a value begins and ends', () => {
    const result = readJson(' {"a": [1, {}]}')
    expect(result).toMatchObject({ outcome: 'read', value: { start: 1, end: 15 } })
  })

  it('agrees with JSON.parse on damaged documents', () => {
    const random = randomFrom(7)
    const document =
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*"],"N":[-1.5e3,true,null]}]}'
    const alphabet = '{}[]",:\\u0 1eE+-.tfn\n'
    for (let i = 0; i < 4000; i++) {
      const at = random(document.length)
      const text = document.slice(0, at) + alphabet.charAt(random(alphabet.length)) + document.slice(at + random(3))
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      const result = readJson(text)
      const isRead = result.outcome === 'read' || result.reason === 'duplicate'
      expect({ text, isRead }).toEqual({ text, isRead: isJson })
    }
  })
})
