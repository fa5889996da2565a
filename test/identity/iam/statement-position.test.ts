import { describe, expect, it } from 'vitest'
import { statementPosition } from '../../../src/identity/iam/statement-position.ts'

/** The text between the two positions. */
function cut(document: string, index: number): string | null {
  const found = statementPosition(document, index)
  if (found === null) return null
  const offset = ({ line, column }: { line: number; column: number }): number => {
    const before = document.split('\n').slice(0, line - 1)
    return before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1
  }
  return document.slice(offset(found.start), offset(found.end))
}

describe('statementPosition()', () => {
  it.each([
    ['one statement', '{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}', 0, '{"Effect":"Allow"}'],
    ['the first of a list', '{"Statement":[{"Sid":"a"},{"Sid":"b"}]}', 0, '{"Sid":"a"}'],
    ['the second of a list', '{"Statement":[{"Sid":"a"},\n  {"Sid":\n"b"}]}', 1, '{"Sid":\n"b"}'],
    [
      'one with lists and objects inside',
      '{"Statement":[{"Action":["a","b"],"Condition":{"Bool":{"x":"true"}}},{}]}',
      1,
      '{}',
    ],
    [
      'one with brackets in texts',
      String.raw`{"Id":"Statement:[{","Statement":[{"Sid":"}]\"{"},{"Sid":"b"}]}`,
      1,
      '{"Sid":"b"}',
    ],
    ['one behind what is no statement', '{"Id":{"Statement":[{"no":1}]},"Statement":[{"yes":1}]}', 0, '{"yes":1}'],
    ['an escaped key', String.raw`{"Statemen\u0074":[{"yes":1}]}`, 0, '{"yes":1}'],
    ['none', '{"Statement":[{"Sid":"a"}]}', 1, null],
    ['no statements', '{"Version":"2012-10-17"}', 0, null],
  ])('finds %s', (_what, document, index, expected) => {
    expect(cut(document, index)).toBe(expected)
  })

  it('counts lines and columns from 1', () => {
    expect(statementPosition('{\n "Statement": [\n  {"a": 1}\n ]\n}', 0)).toEqual({
      start: { line: 3, column: 3 },
      end: { line: 3, column: 11 },
    })
  })
})
