// What AWS documents and what other servers test, as data: every case, however the engine is tuned.
import { describe, expect, it } from 'vitest'
import type { SelectTuning } from '../../src/select/request.ts'
import { answerOf, selectCases } from './cases.fixture.ts'

const tunings: Record<string, SelectTuning> = {
  'with kernels': {},
  'record by record': { vectorised: false },
  'in small windows': { windowBytes: 1024 },
  'without a literal first': { literalFirst: false },
}

for (const [file, cases] of selectCases()) {
  describe(file, () => {
    it('names each case once', () => {
      const names = cases.map(({ name }) => name)
      expect(names).toEqual([...new Set(names)])
    })

    it.each(cases)('$name', async (selectCase) => {
      for (const [how, tuning] of Object.entries(tunings)) {
        expect(await answerOf(selectCase, tuning), how).toEqual(selectCase.expected)
      }
    })
  })
}
