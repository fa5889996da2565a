import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/select/value/decimal.ts'
import { formatText, jsonText } from '../../../src/select/value/format.ts'
import { parseTimestamp } from '../../../src/select/value/timestamp.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'
import type { Value } from '../../../src/select/value/value.ts'

const nested = new Struct(
  ['a', 'a', 'gone', 'list', 'n'],
  [1n, 'x"y', MISSING, [new Decimal(10n, 1, '1.0'), null, MISSING, true], new Struct([], [])],
)

const table: [Value, string, string][] = [
  [null, '', 'null'],
  [MISSING, '', 'null'],
  [true, 'true', 'true'],
  [-5n, '-5', '-5'],
  [1, '1', '1'],
  [0.1, '0.1', '0.1'],
  [1e21, '1e+21', '1e+21'],
  [-0, '0', '0'],
  [NaN, 'NaN', 'null'],
  [new Decimal(1500n, 3), '1.500', '1.500'],
  [new Decimal(1n, -3, '1E3'), '1E3', '1E3'],
  [new Decimal(5n, 1, '+.5'), '+.5', '0.5'],
  ['a"b\n', 'a"b\n', String.raw`"a\"b\n"`],
  [parseTimestamp('2010T'), '2010T', '"2010T"'],
  [nested, String.raw`{"a":1,"a":"x\"y","list":[1.0,null,null,true],"n":{}}`, jsonText(nested)],
]

describe('formatText() and jsonText()', () => {
  it.each(table)('write %s', (value, text, json) => {
    expect(formatText(value)).toBe(text)
    expect(jsonText(value)).toBe(json)
  })
})
