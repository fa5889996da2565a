import { describe, expect, it } from 'vitest'
import {
  evaluateIfRange,
  evaluateReadConditions,
  evaluateWriteConditions,
  parseReadConditions,
  parseWriteConditions,
} from '../../src/http/conditional.ts'
import { formatHttpDate } from '../../src/http/date.ts'

const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const same = formatHttpDate(modified)
const before = formatHttpDate(modified - 60_000)
const after = formatHttpDate(modified + 60_000)
const current = { etag: 'a', size: 3, modified }

describe('evaluateReadConditions()', () => {
  const table: [headers: Record<string, string>, expected: string][] = [
    [{ 'if-match': '"a"' }, 'ok'],
    [{ 'if-match': 'a' }, 'ok'],
    [{ 'if-match': '"b", "a"' }, 'ok'],
    [{ 'if-match': '*' }, 'ok'],
    [{ 'if-match': '"b"' }, 'precondition-failed'],
    [{ 'if-match': 'W/"a"' }, 'precondition-failed'],
    [{ 'if-none-match': '"a"' }, 'not-modified'],
    [{ 'if-none-match': 'W/"a"' }, 'not-modified'],
    [{ 'if-none-match': '*' }, 'not-modified'],
    [{ 'if-none-match': '"b"' }, 'ok'],
    [{ 'if-modified-since': same }, 'not-modified'],
    [{ 'if-modified-since': after }, 'not-modified'],
    [{ 'if-modified-since': before }, 'ok'],
    [{ 'if-unmodified-since': same }, 'ok'],
    [{ 'if-unmodified-since': before }, 'precondition-failed'],
    // If-Match decides; If-Unmodified-Since is not looked at.
    [{ 'if-match': '"a"', 'if-unmodified-since': before }, 'ok'],
    [{ 'if-match': '"b"', 'if-unmodified-since': after }, 'precondition-failed'],
    // If-None-Match decides; If-Modified-Since is not looked at.
    [{ 'if-none-match': '"b"', 'if-modified-since': after }, 'ok'],
    [{ 'if-none-match': '"a"', 'if-modified-since': before }, 'not-modified'],
    // 412 comes before 304.
    [{ 'if-match': '"b"', 'if-none-match': '"a"' }, 'precondition-failed'],
    [{ 'if-match': '"a"', 'if-none-match': '"a"' }, 'not-modified'],
    [{ 'if-modified-since': 'nonsense' }, 'ok'],
  ]
  for (const [headers, expected] of table) {
    it(`answers ${JSON.stringify(headers)}`, () => {
      const conditions = parseReadConditions(new Headers(headers))
      expect(conditions).not.toBeNull()
      expect(conditions && evaluateReadConditions(conditions, current)).toBe(expected)
    })
  }
  it('has none without headers', () => expect(parseReadConditions(new Headers({ range: 'bytes=0-1' }))).toBeNull())
  it('reads those of a copy source', () => {
    const headers = new Headers({ 'x-amz-copy-source-if-match': '"b"', 'if-match': '"a"' })
    expect(parseReadConditions(headers, 'x-amz-copy-source-')?.ifMatch).toEqual([{ tag: 'b', isWeak: false }])
  })
})

describe('evaluateIfRange()', () => {
  const table: [text: string, expected: boolean][] = [
    ['"a"', true],
    ['a', true],
    ['"b"', false],
    ['W/"a"', false],
    [same, true],
    [after, false],
    [before, false],
  ]
  for (const [text, expected] of table) {
    it(`takes ${text}`, () => expect(evaluateIfRange(text, current)).toBe(expected))
  }
})

describe('evaluateWriteConditions()', () => {
  const table: [headers: Record<string, string>, existing: unknown, absent: unknown][] = [
    [{ 'if-none-match': '*' }, { failed: 'If-None-Match' }, 'ok'],
    [{ 'if-none-match': '"a"' }, { failed: 'If-None-Match' }, 'ok'],
    [{ 'if-none-match': '"b"' }, 'ok', 'ok'],
    [{ 'if-none-match': 'W/"a"' }, 'ok', 'ok'],
    [{ 'if-match': '"a"' }, 'ok', 'missing'],
    [{ 'if-match': 'a' }, 'ok', 'missing'],
    [{ 'if-match': '*' }, 'ok', 'missing'],
    [{ 'if-match': '"b"' }, { failed: 'If-Match' }, 'missing'],
    [{ 'if-match': 'W/"a"' }, { failed: 'If-Match' }, 'missing'],
    [{ 'if-unmodified-since': before }, { failed: 'If-Unmodified-Since' }, 'ok'],
    [{ 'if-unmodified-since': same }, 'ok', 'ok'],
    [{ 'if-modified-since': same }, { failed: 'If-Modified-Since' }, 'ok'],
    [{ 'x-amz-if-match-size': '3' }, 'ok', 'missing'],
    [{ 'x-amz-if-match-size': '4' }, { failed: 'x-amz-if-match-size' }, 'missing'],
    [{ 'x-amz-if-match-size': '3x' }, { failed: 'x-amz-if-match-size' }, 'missing'],
    [{ 'x-amz-if-match-last-modified-time': same }, 'ok', 'missing'],
    [{ 'x-amz-if-match-last-modified-time': 'nonsense' }, { failed: 'x-amz-if-match-last-modified-time' }, 'missing'],
  ]
  for (const [headers, existing, absent] of table) {
    it(`answers ${JSON.stringify(headers)}`, () => {
      const conditions = parseWriteConditions(new Headers(headers))
      expect(conditions && evaluateWriteConditions(conditions, current)).toEqual(existing)
      expect(conditions && evaluateWriteConditions(conditions, null)).toEqual(absent)
    })
  }
  it('has none without headers', () => expect(parseWriteConditions(new Headers())).toBeNull())
})
