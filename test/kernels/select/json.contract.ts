// What both implementations of the JSON kernels do, called directly: any alignment, whatever lies around the input.
import { expect, it } from 'vitest'
import { Arena } from '../../../src/kernels/select/arena.ts'
import { cellKind } from '../../../src/kernels/select/cells.ts'
import type { PathNode } from '../../../src/kernels/select/json-record.ts'
import { jsonFault } from '../../../src/kernels/select/json.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { pathTree, writePaths } from '../../../src/select/read/json-paths.ts'
import { JsonScan } from '../../../src/select/read/json-scan.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const rowsMax = 64
const key = (name: string) => ({ step: 'key' as const, name, caseSensitive: true })
/** What a kernel could mistake for input, behind and before it. */
const hostile = ['"', '\\', '{', '}', ':', '\n', ',', 'a']

const lines = [
  '{"a":1,"b":{"c":"x:y{}[]"},"a b":[1,{"c":2}]}',
  '{"b":{"c":"\\"}{\\\\"},"a":-1.5}',
  '{}',
  '[1,"]"]',
  '{"z":"é€😀 and text that goes on for more than one block of 64 bytes, as here","a":true}',
]

interface Bench {
  arena: Arena
  kernels: SelectKernels
  scan: JsonScan
  address: number
}

function bench(make: () => SelectKernels): Bench {
  const kernels = make()
  const arena = new Arena(kernels.memory, kernels.heapBase(), 1024 * 1024)
  return { arena, kernels, scan: new JsonScan({ arena, kernels, from: [] }, rowsMax), address: arena.allocate(4096) }
}

/** Lays text at `shift` behind the bench's address, between hostile bytes; returns where it begins and ends. */
function lay({ arena, address }: Bench, text: string, shift: number): [number, number] {
  const bytes = encoder.encode(text)
  const padding = encoder.encode((hostile[shift % hostile.length] ?? '').repeat(256))
  arena.u8.set(padding, address)
  arena.u8.set(padding, address + 128 + shift + bytes.length)
  arena.u8.set(bytes, address + 128 + shift)
  return [address + 128 + shift, address + 128 + shift + bytes.length]
}

const texts = ({ arena, scan }: Bench, rows: number) =>
  Array.from({ length: rows }, (_, row) => {
    const at = (name: 'starts' | 'ends') => arena.u32[(scan.get(name) >> 2) + row] ?? 0
    return decoder.decode(arena.u8.slice(at('starts'), at('ends')))
  })

export function jsonContract(make: () => SelectKernels): void {
  it('jsonScan finds the same records at every alignment', () => {
    const parts = bench(make)
    for (let shift = 0; shift < 128; shift++) {
      const [from, to] = lay(parts, `${lines.join('\n')}\n`, shift)
      const rows = parts.scan.run(from, to, 4096)
      expect([shift, texts(parts, rows)]).toEqual([shift, lines])
      expect(parts.scan.get('consumed')).toBe(to)
    }
  })

  it('jsonScan leaves what is not whole, wherever its input ends', () => {
    const text = `${lines.join('\n')}\n`
    const length = encoder.encode(text).length
    for (let cut = 0; cut <= length; cut++) {
      const parts = bench(make)
      const [from] = lay(parts, text, cut)
      const before = texts(parts, parts.scan.run(from, from + cut, 4096))
      const consumed = parts.scan.get('consumed')
      expect(consumed).toBeLessThanOrEqual(from + cut)
      const after = texts(parts, parts.scan.run(consumed, from + length, 4096))
      expect([cut, [...before, ...after]]).toEqual([cut, lines])
    }
  })

  it('jsonScan stops when its rows are full, and goes on from there', () => {
    const parts = bench(make)
    const many = Array.from({ length: rowsMax * 2 + 5 }, (_, index) => `{"a":${index}}`)
    const [from, to] = lay(parts, `${many.join('\n')}\n`, 3)
    const seen: string[] = []
    for (let at = from; at < to; at = parts.scan.get('consumed'))
      seen.push(...texts(parts, parts.scan.run(at, to, 4096)))
    expect(seen).toEqual(many)
  })

  it('jsonScan tells of faults', () => {
    for (const text of ['{"a":1]\n', '}\n', '{"a":"x\n"}\n', 'tru \n', '1,2 \n']) {
      const parts = bench(make)
      const [from, to] = lay(parts, text, 1)
      parts.scan.run(from, to, 4096)
      expect([text, parts.scan.get('fault')]).toEqual([text, jsonFault.syntax])
    }
  })

  it('jsonWalk finds the same cells at every alignment', () => {
    const parts = bench(make)
    const { arena, kernels, scan } = parts
    const paths = [[key('a')], [key('b'), key('c')], [key('a b'), { step: 'index' as const, index: 1 }]]
    const tree: PathNode = pathTree(paths)
    const slots = paths.map(() => ({
      starts: arena.allocate(256),
      ends: arena.allocate(256),
      kinds: arena.allocate(64),
    }))
    const address = writePaths(arena, tree, slots)
    const rows = arena.allocate(256)
    const unsettled = arena.allocate(256)
    arena.u32.set([0, 1, 2, 4], rows >> 2)
    for (let shift = 0; shift < 128; shift++) {
      const [from, to] = lay(parts, `${lines.join('\n')}\n`, shift)
      scan.run(from, to, 4096)
      expect(kernels.jsonWalk(scan.address, address, rows, 4, unsettled)).toBe(0)
      const cells = slots.map(({ starts, ends, kinds }) =>
        [0, 1, 2, 4].map((row) => {
          const kind = arena.u8[kinds + row]
          if (kind === cellKind.missing) return 'missing'
          return `${kind} ${decoder.decode(arena.u8.slice(arena.u32[(starts >> 2) + row], arena.u32[(ends >> 2) + row]))}`
        }),
      )
      expect([shift, cells]).toEqual([
        shift,
        [
          ['2 1', '2 -1.5', 'missing', '3 true'],
          ['0 x:y{}[]', '0 "}{\\', 'missing', 'missing'],
          ['7 {"c":2}', 'missing', 'missing', 'missing'],
        ],
      ])
    }
  })

  it('jsonCandidates finds the lines of a literal, or of a backslash, at every alignment', () => {
    const parts = bench(make)
    const { arena, kernels, scan } = parts
    const literal = arena.allocate(64)
    arena.u8.set(encoder.encode('text that'), literal)
    const pairs = arena.allocate(4096)
    const objects = [
      ...lines.filter((line) => line.startsWith('{"')),
      ...Array.from({ length: 9 }, () => '{"text":"that"}'),
    ]
    for (let shift = 0; shift < 128; shift++) {
      const [from, to] = lay(parts, `${objects.join('\n')}\n`, shift)
      const count = kernels.jsonCandidates(from, to, literal, 9, 3, 8, 0, pairs) >>> 0
      const found = Array.from({ length: count }, (_, index) => {
        const [start, end] = arena.u32.subarray((pairs >> 2) + index * 2, (pairs >> 2) + index * 2 + 2)
        return decoder.decode(arena.u8.slice(start, end))
      })
      expect([shift, found]).toEqual([shift, [lines[1], lines[4]]])
      expect(texts(parts, scan.runLines(pairs, count, 4096) ?? 0)).toEqual(found)
      expect(kernels.jsonCandidates(from, to, literal, 9, 3, 8, 0x75, pairs)).toBe(1)
      expect(kernels.jsonCandidates(from, to, literal, 9, 3, 8, 0x22, pairs)).toBe(2)
    }
  })

  it('jsonCandidates refuses lines that may not be records, and the range that may not end with one', () => {
    for (const [text, isRefused] of [
      ['{"needle":\n1}\n', true],
      ['{"needle":1} \n{}\n', true],
      [' {}\n', true],
      ['{}\n\n{"needle":1}\n', true],
      ['{"needle":1}\n\n{}\n', true],
      ['{}\n[]\n{"needle":1}\n', true],
      ['{"needle":1}\n[]\n{}\n', true],
      ['{}\n[]\n{}\n', false],
      ['{}\n{"needle":1},\n{}\n', true],
      ['{}', true],
      ['1\n', true],
      ['{"needle":1}\r\n{}\n', true],
      ['{}\n{"needle":1}\n{}\n', false],
    ] as const) {
      for (const filler of [0, 1, 5, 9, 10]) {
        const parts = bench(make)
        const [from, to] = lay(parts, `${'{"filler":1234567890}\n'.repeat(filler)}${text}`, 5)
        const literal = parts.arena.allocate(64)
        parts.arena.u8.set(encoder.encode('needle'), literal)
        const pairs = parts.arena.allocate(1024)
        const count = parts.kernels.jsonCandidates(from, to, literal, 6, 0, 3, 0, pairs) >>> 0
        const isWanted = to - from >= 64 || !text.includes('needle')
        if (isRefused)
          expect([text, filler, count]).toEqual([text, filler, filler > 0 && text === ' {}\n' ? 0 : 0xffffffff])
        else if (isWanted) expect([text, filler, count]).toEqual([text, filler, text.includes('needle') ? 1 : 0])
      }
    }
  })
}
