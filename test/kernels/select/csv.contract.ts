// What the CSV kernels must do, whichever the implementation.
import { describe, expect, it } from 'vitest'
import { csvStatus } from '../../../src/kernels/select/csv.ts'
import type { SelectKernels } from '../../../src/kernels/select/kernels.ts'
import { fieldsOf, place, run, runCandidates } from './csv.fixture.ts'

export function csvContract(name: string, create: () => SelectKernels): void {
  describe(name, () => {
    const text = 'a,"b",,"c""d"\n\n"e\nf"\r\n\r\ng,h'

    it.each(['index', 'walk'] as const)('finds whole records and their fields by %s', (kernel) => {
      const bench = place(create(), { text })
      expect(run(bench, kernel)).toEqual({ rows: 2, status: 0, consumed: text.length - 3 })
      expect(fieldsOf(bench, 2)).toEqual([
        ['0:a,"b",,"c""d"', '0:a', '0:b', '0:', '1:"c""d"', '6:'],
        ['0:"e\nf"', '0:e\nf', '6:'],
      ])
    })

    it('counts whole records', () => {
      expect(run(place(create(), { text }), 'count')).toEqual({ rows: 2, status: 0, consumed: text.length - 3 })
    })

    it('ends what the input ends', () => {
      const bench = place(create(), { text: `${text}\n` })
      expect(run(bench, 'walk at end')).toEqual({ rows: 3, status: 0, consumed: text.length + 1 })
      const open = place(create(), { text: 'a\n"b\n' })
      expect(run(open, 'walk at end')).toEqual({ rows: 1, status: csvStatus.openQuote, consumed: 2 })
    })

    it('stops before a record whose quotes hold a delimiter, where each ends a record', () => {
      const bench = place(create(), { text: 'a\n"b\nc"\n', input: { allowQuotedRecordDelimiter: false } })
      expect(run(bench, 'walk')).toEqual({ rows: 1, status: csvStatus.quotedDelimiter, consumed: 2 })
      expect(run(bench, 'count')).toEqual({ rows: 3, status: 0, consumed: 8 })
    })

    it('gives only records that may hold a literal', () => {
      const rows = ['x,needle', '"nee""dle"', 'y', '"nee"dle', 'needl,e', '"a needle"']
      const bench = place(create(), { text: `${rows.join('\n')}\n` })
      const { rows: found, status } = runCandidates(bench, 'needle')
      const bytes = 'x,needle\n"nee"dle\n"a needle"\n'.length
      expect([found, status, bench.index.candidateBytes]).toEqual([3, 0, bytes])
      expect(fieldsOf(bench, found).map(([record]) => record)).toEqual([0, 3, 5].map((row) => `0:${rows[row]}`))
    })

    it('gives records with doubled quotes where the literal has one', () => {
      const rows = ['x', '"nee""dle"', '"a ""b"""', 'y']
      const bench = place(create(), { text: `${rows.join('\n')}\n` })
      const { rows: found } = runCandidates(bench, 'e"d')
      expect(fieldsOf(bench, found).map(([record]) => record)).toEqual([1, 2].map((row) => `0:${rows[row]}`))
    })

    it('stops when there is no room, and goes on from there', () => {
      const bench = place(create(), { text: '1,2\n'.repeat(1000), rowsMax: 100 })
      const found = run(bench, 'index')
      expect(found.status).toBe(csvStatus.full)
      expect(found.rows).toBeGreaterThanOrEqual(100)
      expect(found.rows).toBeLessThan(100 + 192)
      expect(found.consumed).toBe(4 * found.rows)
    })

    it('knows empty fields and quotes inside fields of the lenient dialect', () => {
      const bench = place(create(), {
        text: 'a"b,c",,\\,d,""\n',
        input: { escape: '\\' },
        dialect: 'lenient',
      })
      expect(run(bench, 'index')).toEqual({ rows: 1, status: 0, consumed: 15 })
      expect(fieldsOf(bench, 1)).toEqual([['0:a"b,c",,\\,d,""', '1:a"b,c"', '5:', '1:\\,d', '0:', '6:']])
    })
  })
}
