import { describe, expect, it } from 'vitest'
import { stepInto } from '../../../src/select/value/path.ts'
import { MISSING, Struct } from '../../../src/select/value/value.ts'

const key = (name: string, caseSensitive = false) => ({ step: 'key', name, caseSensitive }) as const
const index = (number: number) => ({ step: 'index', index: number }) as const
const record = new Struct(
  ['a', 'A', 'list', 'twice', 'twice', 'none'],
  [1n, 2n, [new Struct(['Deep'], ['x'])], 'first', 'second', null],
)

describe('stepInto()', () => {
  it('follows keys and indices', () => {
    expect(stepInto(record, [key('list'), index(0), key('deep')])).toBe('x')
    expect(stepInto(record, [key('LIST', false)])).toHaveLength(1)
    expect(stepInto(record, [])).toBe(record)
  })

  it('is MISSING where nothing is', () => {
    expect(stepInto(record, [key('other')])).toBe(MISSING)
    expect(stepInto(record, [key('list'), index(1)])).toBe(MISSING)
    expect(stepInto(record, [key('list'), index(-1)])).toBe(MISSING)
    expect(stepInto(record, [key('list'), key('x')])).toBe(MISSING)
    expect(stepInto(record, [key('none'), key('x')])).toBe(MISSING)
    expect(stepInto(null, [index(0)])).toBe(MISSING)
  })

  it('minds the case of quoted keys alone', () => {
    expect(stepInto(record, [key('A', true)])).toBe(2n)
    expect(stepInto(record, [key('LIST', true)])).toBe(MISSING)
    expect(() => stepInto(record, [key('a')])).toThrow(expect.objectContaining({ code: 'AmbiguousFieldName' }))
  })

  it('takes the first of members with one name', () => {
    expect(stepInto(record, [key('twice')])).toBe('first')
    expect(stepInto(record, [key('twice', true)])).toBe('first')
  })

  it('lists everything a wildcard leads to', () => {
    const nested = [[1n, 2n], [3n], 4n, new Struct(['a', 'b'], [5n, 6n])]
    expect(stepInto(nested, [{ step: 'elements' }])).toEqual(nested)
    expect(stepInto(nested, [{ step: 'elements' }, { step: 'elements' }])).toEqual([1n, 2n, 3n])
    expect(stepInto(nested, [{ step: 'elements' }, key('a')])).toEqual([5n])
    expect(stepInto(nested, [{ step: 'elements' }, { step: 'values' }])).toEqual([5n, 6n])
    expect(stepInto(nested, [{ step: 'elements' }, index(0)])).toEqual([1n, 3n])
    expect(stepInto(null, [{ step: 'elements' }])).toEqual([])
  })
})
