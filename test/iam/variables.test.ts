import { describe, expect, it } from 'vitest'
import { parseTemplate, substitute, textOf, variableKeys, variableValues } from '../../src/iam/variables.ts'
import { contextOf } from '../support/policy-fixtures.ts'

const both = { variables: true, wildcards: true }
const text = (value: string) => ({ type: 'text', text: value })
const variable = (key: string, fallback: string | null = null) => ({ type: 'variable', key, fallback })

describe('parseTemplate()', () => {
  const table: [text: string, expected: unknown][] = [
    ['', []],
    ['abc', [text('abc')]],
    ['a*b?', [text('a'), { type: 'star' }, text('b'), { type: 'any' }]],
    ['${aws:username}', [variable('aws:username')]],
    ['a${AWS:UserName}b', [text('a'), variable('aws:username'), text('b')]],
    ['${*}${?}${$}', [text('*?$')]],
    ['a${*}*', [text('a*'), { type: 'star' }]],
    ["${aws:PrincipalTag/team, 'company-wide'}", [variable('aws:principaltag/team', 'company-wide')]],
    ["${k,'x'}", [variable('k', 'x')]],
    ["${k, ''}", [variable('k', '')]],
    ["${k, 'a}b,*'}", [variable('k', 'a}b,*')]],
    ['${ aws:username }', [variable('aws:username')]],
    ['${aws:PrincipalTag/My Key}', [variable('aws:principaltag/my key')]],
    ['$', [text('$')]],
    ['$a{b}', [text('$a{b}')]],
    ['{aws:username}', [text('{aws:username}')]],
    ['$${k}', [text('$'), variable('k')]],
  ]
  for (const [template, expected] of table) {
    it(`takes ${template} apart`, () => expect(parseTemplate(template, both)).toEqual(expected))
  }

  for (const malformed of [
    '${',
    '${}',
    '${ }',
    '${aws:username',
    "${k, 'x'",
    "${k, 'x}",
    '${k, x}',
    '${k,}',
    '${a{b}',
    "${k 'x'}",
    '${*',
  ]) {
    it(`refuses ${malformed}`, () => expect(parseTemplate(malformed, both)).toBeNull())
  }

  it('leaves as text what the version or the element does not have', () => {
    expect(parseTemplate('${a}*${', { variables: false, wildcards: false })).toEqual([text('${a}*${')])
    expect(parseTemplate('${a}*', { variables: false, wildcards: true })).toEqual([text('${a}'), { type: 'star' }])
    expect(parseTemplate('${a}*', { variables: true, wildcards: false })).toEqual([variable('a'), text('*')])
  })
})

describe('substitute()', () => {
  const context = contextOf({ a: ['1'], many: ['1', '2'], none: [], star: ['*'], nested: ['${a}'] })
  const table: [template: string, expected: string | null][] = [
    ['x${a}y', 'x1y'],
    ['${missing}', null],
    ["${missing, 'd'}", 'd'],
    ['${many}', null],
    ["${many, 'd'}", null],
    ['${none}', null],
    ["${none, 'd'}", 'd'],
    ['${nested}', '${a}'],
  ]
  for (const [template, expected] of table) {
    it(`${template} becomes ${expected}`, () => {
      const tokens = parseTemplate(template, both)!
      const values = variableValues(tokens, context)
      expect(values === null ? null : textOf(substitute(tokens, values))).toBe(expected)
    })
  }
  it('puts values in as text, whatever is in them', () => {
    expect(substitute(parseTemplate('${star}', both)!, ['*'])).toEqual([text('*')])
  })
})

describe('variableKeys()', () => {
  it('names the keys that are read', () => {
    expect(variableKeys(parseTemplate("a${X:y}b${*}${z, 'd'}", both)!)).toEqual(['x:y', 'z'])
  })
})
