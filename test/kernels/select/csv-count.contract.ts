// How many records a CSV kernel counts in long text, whichever the implementation: it may work in chunks of any size.
import { describe, expect, it } from 'vitest'
import { csvStatus } from '../../../src/kernels/select/csv.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { place, run } from './csv.fixture.ts'
import type { Placed } from './csv.fixture.ts'

/** Sizes of a mask, of what is looked at in one step, of a word of masks, and of a chunk. */
const borders = [64, 256, 4096, 16_384]
const offsets = [-66, -3, -2, -1, 0, 1, 2, 3]

/** What records may be like: kernels may work on text with many quotes in other ways. */
const kinds = ['a record,with no quotes', '"a ""b"""']

/** Records of so many bytes; the last one has no delimiter. */
function records(kind: string, bytes: number, delimiter: string): { text: string; rows: number } {
  const record = kind + delimiter
  const rows = Math.max(Math.floor(bytes / record.length) - 1, 0)
  return { text: record.repeat(rows) + 'y'.repeat(bytes - rows * record.length), rows }
}

function* places(): Generator<[kind: string, bytes: number]> {
  for (const kind of kinds) {
    for (const border of borders) for (const offset of offsets) yield [kind, Math.max(border + offset, 1)]
  }
}

export function csvCountContract(name: string, create: () => SelectKernels): void {
  /** What is counted of `middle` behind so many bytes of records, the last of which goes on with it. */
  function countAt(kind: string, bytes: number, middle: string, facts: Pick<Placed, 'input' | 'dialect'> = {}) {
    const delimiter = facts.input?.recordDelimiter ?? '\n'
    const before = records(kind, bytes, delimiter)
    const after = records(kind, 9000, delimiter)
    const whole = `${before.text}${middle}${after.text}${delimiter}`
    const placed = { text: `${whole}z`, alignment: bytes % 64, padding: '"\n', rowsMax: 4096, ...facts }
    const { rows, status, consumed } = run(place(create(), placed), 'count')
    return { rows: rows - before.rows - after.rows - 1, status, left: whole.length - consumed }
  }

  describe(`long text, ${name}`, () => {
    it.each<[what: string, middle: string, rows: number, facts?: Pick<Placed, 'input' | 'dialect'>]>([
      ['delimiters inside quotes', ',"one\ntwo\n\n"\n', 1],
      ['quotes over many blocks', `,"${'text\n'.repeat(60)}"\n`, 1],
      ['quotes over many chunks', `,"${'a long line of text\n'.repeat(2200)}",\n`, 1],
      ['doubled quotes', ',"""one""\n""two"""\n"",""\n', 2],
      ['quotes at the start of a record', '\n"one\n","two\n"\n', 2],
      ['quotes in many fields of one record', `${',"one""two\n"'.repeat(100)}\n`, 1],
      ['one empty record', '\n\nmore of it\n', 2],
      ['one record of a carriage return', '\n\r\nmore of it\n', 2],
      ['empty records', '\n\n\nx\n\r\n\r\n', 2],
      ['records that are nearly empty', '\n\rx\n,\n\r\r\n', 4],
      ['a character of comments in a field', '#\nx#,"#\n#"\n', 2],
      ['comments without quotes', '\n#one\n#\n##\nx\n', 2, { input: { quote: '' } }],
      ['comments where quotes do not matter', '\n#"one\nx"\n', 2, { input: { allowQuotedRecordDelimiter: false } }],
      ['quotes inside fields of the lenient dialect', 'x"one\n"two\n', 1, { dialect: 'lenient' }],
      ['a character of comments unlike the quote', ';,"one\n;"\n', 1, { input: { comments: ';' } }],
      ['field delimiters of two bytes', '||"one\n||"\n', 1, { input: { fieldDelimiter: '||' } }],
      ['record delimiters of two bytes', ',"one\r\n"\r\n\r\nx\r\n', 2, { input: { recordDelimiter: '\r\n' } }],
    ])('has %s at any place', (_, middle, rows, facts) => {
      for (const [kind, bytes] of places()) {
        const found = countAt(kind, bytes, middle, facts)
        expect(found, `behind ${bytes} bytes of ${kind}`).toEqual({ rows, status: 0, left: 0 })
      }
    })

    it('may begin with quotes, whatever is before it', () => {
      const text = `"one\n",two\n${records(kinds[0] ?? '', 1000, '\n').text}\n`
      expect(run(place(create(), { text, padding: 'x' }), 'count')).toMatchObject({ status: 0, consumed: text.length })
    })

    // A mask kernel may say that it cannot tell.
    it.each([
      ['a quote in the middle of a field', 'x"\n', 1],
      ['a later quote in the middle of a field', ',"one",x"two\n', 1],
      ['a quote behind a closing one', ',"one"x",two"\n', 1],
      ['a comment', '\n#"one\n', 1],
    ])('is not counted wrongly for %s', (_, middle, rows) => {
      for (const [kind, bytes] of places()) {
        const found = countAt(kind, bytes, middle)
        if (found.status === csvStatus.anomaly) continue
        expect(found, `behind ${bytes} bytes of ${kind}`).toEqual({ rows, status: 0, left: 0 })
      }
    })
  })
}
