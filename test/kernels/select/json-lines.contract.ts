// What both implementations of jsonLines and jsonIndexRows do.
import { expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { pathTree, writePaths } from '../../../src/select/read/json-paths.ts'
import { JsonScan } from '../../../src/select/read/json-scan.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const rowsMax = 8
const room = 4096

interface Reading {
  /** Kind and text of the key's cell; `odd` for an unsettled record. */
  cells: string[]
  records: string[]
  /** How many records, from the first on, are one each. */
  whole: number
}

/** Reads lines for the key `qty` without regard to case; null when they are refused. */
function read(make: () => SelectKernels, text: string, shift: number): Reading | null {
  const kernels = make()
  const arena = new Arena(kernels.memory, kernels.heapBase(), 1024 * 1024)
  const scan = new JsonScan({ arena, kernels, from: [] }, rowsMax)
  const slot = { starts: arena.allocate(64), ends: arena.allocate(64), kinds: arena.allocate(64) }
  const tree = pathTree([[{ step: 'key', name: 'qty', caseSensitive: false }]])
  const paths = writePaths(arena, tree, [slot])
  const unsettled = arena.allocate(64)
  const bytes = encoder.encode(text)
  const from = arena.allocate(room) + 128 + shift
  arena.u8.fill(0x7b, from - 64, from + bytes.length + 128)
  arena.u8.set(bytes, from)
  const rows = scan.runKey(paths, 1, { from, to: from + bytes.length, capacity: room }, unsettled)
  if (rows === null) return null
  const { u8, u32 } = arena
  const textOf = (starts: number, ends: number, row: number) =>
    decoder.decode(u8.slice(u32[(starts >> 2) + row], u32[(ends >> 2) + row]))
  const odd = [...u32.subarray(unsettled >> 2, (unsettled >> 2) + scan.get('unsettled'))]
  const all = Array.from({ length: rows }, (_, row) => row)
  const list = arena.allocate(64)
  u32.set(all, list >> 2)
  return {
    cells: all.map((row) => {
      return odd.includes(row) ? 'odd' : `${u8[slot.kinds + row]} ${textOf(slot.starts, slot.ends, row)}`
    }),
    records: all.map((row) => textOf(scan.get('starts'), scan.get('ends'), row)),
    whole: kernels.jsonIndexRows(scan.address, list, rows),
  }
}

export function jsonLinesContract(make: () => SelectKernels): void {
  it('jsonLines finds records and the values of a key at every alignment', () => {
    const records = [
      '{"id":1,"qty":25,"note":"x\\"y"}',
      '{"QTY" : "text" ,"tags":{"a":[1]}}',
      `{"other":"qty","filler":"${'f'.repeat(90)}"}`,
      '{"qty":true}',
      '{"qty":-1.5e3}',
      '{}',
    ]
    for (let shift = 0; shift < 70; shift++) {
      expect([shift, read(make, `${records.join('\n')}\n`, shift)]).toMatchObject([
        shift,
        {
          cells: ['2 25', '0 text', '6 ', '3 true', '2 -1.5e3', '6 '].map((cell, row) =>
            expect.stringMatching(row === 0 ? /^(odd|2 25)$/ : cell),
          ),
          records,
          whole: 6,
        },
      ])
    }
  })

  it('jsonLines leaves what needs a closer look', () => {
    for (const record of [
      '{"qty":1,"QTY":2}',
      '{"\\u0071ty":2}',
      '{"qty":"a\\u0041"}',
      '{"qty":{"a":1}}',
      '{"qty":[1]}',
      '{"a":1} {"qty":2}',
      '{"a":1}{"b":2}',
      '{"qty":01}',
      '{"qty":}',
    ]) {
      expect([record, read(make, `{}\n${record}\n{"qty":7}\n`, 3)?.cells]).toEqual([record, ['6 ', 'odd', '2 7']])
    }
  })

  it("jsonLines never takes the key of an inner object, or text, for the record's", () => {
    for (const record of [
      '{"a":{"qty":1}}',
      '{"a":[{"qty":1}]}',
      '{"a":{ "b":{} ,"qty":1}}',
      '{"x\\"qty":1}',
      '{"a":"qty"}',
    ]) {
      const cell = read(make, `${record}\n`, 9)?.cells[0]
      expect([record, cell === 'odd' || cell === '6 ']).toEqual([record, true])
    }
  })

  it('jsonLines refuses lines that are no records, and takes no more than there is room for', () => {
    const nine = '{}\n'.repeat(9)
    for (const text of ['{"a":\n1}\n', ' {}\n', '{}\n\n{}\n', '{}\n[]\n{}\n', '{}', '{} \n{}\n', '{\n']) {
      expect([text, read(make, text, 1)]).toEqual([text, null])
    }
    expect(read(make, nine, 1)?.records.length).toBe(rowsMax)
    expect(read(make, '{}\r\n{"qty":1}\r\n', 1)).toEqual({
      cells: ['6 ', '2 1'],
      records: ['{}', '{"qty":1}'],
      whole: 2,
    })
  })

  it('jsonIndexRows counts the records that are one each', () => {
    expect(read(make, '{"a":"\\"}{"}\n{"b":[]}\n{} {}\n{}\n', 2)?.whole).toBe(2)
    expect(read(make, '{"a":"}\n{}\n', 2)?.whole).toBe(0)
    expect(read(make, '{}\n{"a":{}\n{}\n', 2)?.whole).toBe(1)
  })
}
