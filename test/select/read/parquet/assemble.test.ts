import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../../src/errors.ts'
import { Assembler } from '../../../../src/select/read/parquet/assemble.ts'
import type { EntryCursor } from '../../../../src/select/read/parquet/assemble.ts'
import { leavesOf, schemaOf } from '../../../../src/select/read/parquet/schema.ts'
import type { FileMetadata, SchemaElement } from '../../../../src/select/read/parquet/metadata.ts'
import type { Value } from '../../../../src/select/value/value.ts'
import { plain } from '../parquet.fixture.ts'

/** repetition level, definition level, value. */
type Entry = [number, number, Value?]

class Entries implements EntryCursor {
  readonly #entries: Entry[]

  constructor(entries: Entry[]) {
    this.#entries = [...entries]
  }

  get repetition(): number {
    return this.#entries[0]?.[0] ?? 0
  }

  get definition(): number {
    return this.#entries[0]?.[1] ?? 0
  }

  get isAtEnd(): boolean {
    return this.#entries.length === 0
  }

  take(): Value {
    return this.#entries.shift()?.[2] ?? null
  }
}

/** The only column of a schema, of one row with these entries for each leaf. */
function assembled(elements: SchemaElement[], ...entries: Entry[][]): unknown {
  const [node] = schemaOf({ schema: [{ name: 'root', num_children: 1 }, ...elements] } as unknown as FileMetadata)
  if (node === undefined) throw new Error('No column')
  const cursors = new Map(leavesOf(node).map((leaf, index) => [leaf, new Entries(entries[index] ?? [])]))
  return plain(new Assembler(cursors).value(node))
}

const int = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL' | 'REPEATED'): SchemaElement => {
  return { name, type: 'INT32', repetition_type }
}
const list: SchemaElement = { name: 'l', repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' }

describe('Assembler', () => {
  it.each<[string, SchemaElement[], Entry[], unknown]>([
    [
      'the last value of a repeated field',
      [int('v', 'REPEATED')],
      [
        [0, 1, 1n],
        [1, 1, 2n],
        [1, 1, 3n],
      ],
      '3n',
    ],
    ['NULL for a repeated field without values', [int('v', 'REPEATED')], [[0, 0]], null],
    [
      'a list of two levels',
      [list, int('array', 'REPEATED')],
      [
        [0, 2, 1n],
        [1, 2, 2n],
      ],
      ['1n', '2n'],
    ],
    ['an absent list', [list, int('array', 'REPEATED')], [[0, 0]], null],
    ['an empty list', [list, int('array', 'REPEATED')], [[0, 1]], []],
    [
      'a list whose repeated group is the element, by its name',
      [list, { name: 'l_tuple', repetition_type: 'REPEATED', num_children: 1 }, int('x', 'OPTIONAL')],
      [
        [0, 3, 1n],
        [1, 2],
      ],
      [{ x: '1n' }, { x: null }],
    ],
    [
      'a list of three levels',
      [list, { name: 'list', repetition_type: 'REPEATED', num_children: 1 }, int('element', 'OPTIONAL')],
      [
        [0, 3, 1n],
        [1, 2],
        [1, 3, 2n],
      ],
      ['1n', null, '2n'],
    ],
  ])('gives %s', (_, elements, entries, value) => {
    expect(assembled(elements, entries)).toEqual(value)
  })

  it('refuses columns that disagree', () => {
    const elements: SchemaElement[] = [
      list,
      { name: 'list', repetition_type: 'REPEATED', num_children: 2 },
      int('a', 'REQUIRED'),
      int('b', 'REQUIRED'),
    ]
    expect(() =>
      assembled(
        elements,
        [
          [0, 2, 1n],
          [1, 2, 2n],
        ],
        [[0, 2, 1n]],
      ),
    ).toThrow(S3Error)
  })
})
