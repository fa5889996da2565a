// JSON input as records and values, by both implementations of the kernels.
import { describe, expect, it } from 'vitest'
import { referenceKernels } from '../../../src/kernels/select/reference/index.ts'
import { wasmKernels } from '../../../src/kernels/select/wasm-kernels.ts'
import type { ColumnRef, PathStep } from '../../../src/select/bind/bound.ts'
import type { JsonReading } from '../../support/json-records.ts'
import { readJson, readJsonUntilFault } from '../../support/json-records.ts'

const implementations = { WebAssembly: wasmKernels, 'the reference': referenceKernels }
const key = (name: string, caseSensitive = false): PathStep => ({ step: 'key', name, caseSensitive })
const path = (...names: (string | number)[]): ColumnRef => ({
  by: 'path',
  steps: names.map((name) => (typeof name === 'number' ? { step: 'index', index: name } : key(name))),
})
const record: ColumnRef = { by: 'record' }
const elements: PathStep = { step: 'elements' }
const element = (at: number): PathStep => ({ step: 'index', index: at })

describe.each(Object.entries(implementations))('openJson() with %s', (_, kernels) => {
  const readAll = (text: string | Uint8Array, columns: ColumnRef[], options: JsonReading = {}) =>
    readJson(text, columns, { kernels, ...options })

  it('reads one value of each line', async () => {
    expect(await readAll('{"a":1,"b":"x"}\n{"b":"y","a":2}\n', [path('a'), path('b')])).toEqual([
      [1, 'x'],
      [2, 'y'],
    ])
  })

  it('reads every kind of value', async () => {
    const text = '{"a":[1, 2.50,"x\\n",true,false,null,{"b":[]},-0,123456789012345678901234567890,1e3]}'
    const values = [
      1,
      'decimal 2.50',
      'x\n',
      true,
      false,
      null,
      { b: [] },
      'decimal -0',
      'decimal 123456789012345678901234567890',
      'decimal 1e3',
    ]
    expect(await readAll(text, [path('a')])).toEqual([[values]])
    expect(
      await readAll(
        text,
        values.map((_value, index) => path('a', index)),
      ),
    ).toEqual([values])
  })

  it('reads records over several lines, several on one, and values of other kinds', async () => {
    const text = '{"a":\n1}{"a":2} {"a":3}\n\n  5 "x"\n[1,2]\r\n{"a":4} \n'
    expect(await readAll(text, [path('a'), record, path('_1')])).toEqual([
      [1, { a: 1 }, 'MISSING'],
      [2, { a: 2 }, 'MISSING'],
      [3, { a: 3 }, 'MISSING'],
      ['MISSING', 5, 5],
      ['MISSING', 'x', 'x'],
      ['MISSING', [1, 2], [1, 2]],
      [4, { a: 4 }, 'MISSING'],
    ])
  })

  it('follows nested paths', async () => {
    const text = '{"x":{"y":{"z":1}},"y":[{"z":[2,{"w":3}]},{"z":"no"}],"z":{"y":9}}'
    expect(
      await readAll(text, [
        path('x', 'y', 'z'),
        path('y', 0, 'z', 1, 'w'),
        path('y', 1, 'z'),
        path('y', 2),
        path('x', 'y'),
        path('z', 'y', 'x'),
      ]),
    ).toEqual([[1, 3, 'no', 'MISSING', { z: 1 }, 'MISSING']])
  })

  it('takes names without quotes in any case, and those with quotes as they are', async () => {
    const columns: ColumnRef[] = [
      path('city'),
      { by: 'path', steps: [key('City', true)] },
      { by: 'path', steps: [key('CITY', true)] },
    ]
    expect(await readAll('{"City":1}\n{"CITY":2}', columns)).toEqual([
      [1, 1, 'MISSING'],
      [2, 'MISSING', 2],
    ])
    expect(await readAll('{"GRÖSSE":1}\n{"größe":2}\n{"GRÖSSE\\u0020":3}', [path('grösse'), path('größe')])).toEqual([
      [1, 'MISSING'],
      ['MISSING', 2],
      ['MISSING', 'MISSING'],
    ])
  })

  it('finds keys that are written with escapes', async () => {
    expect(await readAll('{"x\\"a":0,"ci\\u0074y":"here","\\\\":7}', [path('city'), path('a'), path('\\')])).toEqual([
      ['here', 'MISSING', 7],
    ])
  })

  it('takes the first of equal keys, and refuses a name that means two', async () => {
    expect(await readAll('{"a":1,"a":2,"b":{"c":3},"b":{"d":4}}', [path('a'), path('b', 'd')])).toEqual([
      [1, 'MISSING'],
    ])
    await expect(readAll('{"a":1,"A":2}', [path('a')])).rejects.toMatchObject({ code: 'AmbiguousFieldName' })
    expect(await readAll('{"a":1,"A":2}', [{ by: 'path', steps: [key('A', true)] }])).toEqual([[2]])
  })

  it("gives the records of AWS's examples", async () => {
    const rules =
      '{ "Rules": [ {"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"} ]},\n{ "created": "June 27", "modified": "July 6" }'
    const from = [key('Rules'), elements, key('id')]
    expect(await readAll(rules, [record], { from, type: 'DOCUMENT' })).toEqual([['1'], ['MISSING'], ['2'], ['MISSING']])
    const files = '{"created":"9","dir_name":"docs","files":[{"name":"."},{"name":".."}],"owner":"S3"}\n{"files":[]}'
    expect(await readAll(files, [path('name')], { from: [key('files'), elements], type: 'DOCUMENT' })).toEqual([
      ['.'],
      ['..'],
      ['MISSING'],
    ])
  })

  it('takes a list at the end of FROM for its elements in a lenient document alone', async () => {
    const text = '{"a":{"b":[{"c":1},2,[3]]}} {"a":{"b":{"c":4}}} {"a":{"b":[]}} {"a":{}}'
    const lenient = { from: [key('a'), key('b')], type: 'DOCUMENT', dialect: 'lenient' } satisfies JsonReading
    expect(await readAll(text, [record], lenient)).toEqual([[{ c: 1 }], [2], [[3]], [{ c: 4 }], ['MISSING']])
    expect(await readAll(text, [record], { ...lenient, dialect: 'aws' })).toHaveLength(4)
    expect(await readAll('[{"c":1},\n{"c":2}]\n{"c":3}', [path('c')], { ...lenient, from: [] })).toEqual([
      [1],
      [2],
      [3],
    ])
  })

  it('follows every kind of step in FROM', async () => {
    const text = '{"a":[[1,2],{"x":3,"y":[4]},5],"b":7}'
    const rows = async (...from: PathStep[]) => (await readAll(text, [record], { from })).flat()
    const values: PathStep = { step: 'values' }
    expect(await rows(key('A'), elements, elements)).toEqual([1, 2, 'MISSING', 'MISSING'])
    expect(await rows(key('a'), element(1), values)).toEqual([3, [4]])
    expect(await rows(values)).toEqual([[[1, 2], { x: 3, y: [4] }, 5], 7])
    expect(await rows(key('a'), element(3))).toEqual(['MISSING'])
    expect(await rows(key('a'), element(0), element(1))).toEqual([2])
    expect(await rows(key('c'), elements)).toEqual(['MISSING'])
    expect(await rows(key('A', true))).toEqual(['MISSING'])
    await expect(readAll('{"b":1,"B":2}', [record], { from: [key('b')] })).rejects.toMatchObject({
      code: 'AmbiguousFieldName',
    })
    expect(await readAll('{"b":1,"b":2,"\\u0062":3}', [record], { from: [key('b')] })).toEqual([[1]])
  })

  it.each<[string, string | Uint8Array, string]>([
    ['a record that does not end', '{"a":1', 'JSONParsingError'],
    ['a bracket too many', '{"a":1}}', 'JSONParsingError'],
    ['a bracket of the other kind', '{"a":1]', 'JSONParsingError'],
    ['a word that is none', '{"a":tru}', 'JSONParsingError'],
    ['a number that is none', '{"a":01}', 'JSONParsingError'],
    ['a newline in a string', '{"a":"x\ny"}', 'JSONParsingError'],
    ['an escape that is none', '{"a":"\\x"}', 'JSONParsingError'],
    ['half a word', 'nul', 'JSONParsingError'],
    ['a comma between records', '{"a":1},{"a":2}', 'JSONParsingError'],
    ['deep nesting', `{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`, 'JSONParsingError'],
    ['bytes that are no UTF-8', Buffer.from('7b2261223a22ff227d', 'hex'), 'InvalidTextEncoding'],
    ['a record over 1 MB', `{"a":"${'x'.repeat(1_100_000)}"}`, 'OverMaxRecordSize'],
    ['a fault in what looks like a large record', `{"a":tru,"b":"${'x'.repeat(1_300_000)}"}`, 'JSONParsingError'],
  ])('refuses %s', async (_what, text, code) => {
    const error: unknown = await readAll(text, [path('a')]).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
  })

  it('hands out the records before a fault', async () => {
    const { seen, error } = await readJsonUntilFault('{"a":1}\n{"a":2}\n]', [path('a')], { kernels })
    expect(seen).toEqual([[1], [2]])
    expect(error).toMatchObject({ code: 'JSONParsingError' })
  })
})
