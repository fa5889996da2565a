import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../../src/select/request.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { showExpression } from './show-expression.ts'

function where(text: string, dialect: Dialect = 'aws'): string {
  const { body } = parseStatement(`SELECT * FROM S3Object s WHERE ${text}`, dialect)
  return body.body === 'select' && body.where !== null ? showExpression(body.where) : 'none'
}

describe('parseExpression()', () => {
  it.each([
    // Each operator beside the next weaker one, in both orders.
    ['- a * b', '((-a) * b)'],
    ['-a.b[0]', '(-a.b[0])'],
    ['a + b * c', '(a + (b * c))'],
    ['a * b + c', '((a * b) + c)'],
    ['a - b - c', '((a - b) - c)'],
    ['a / b % c', '((a / b) % c)'],
    ['a || b + c', '((a || b) + c)'],
    ['a + b IN (1, 2)', '((a + b) in [1, 2])'],
    ['x BETWEEN a IN (1) AND b', '(x between (a in [1]) b)'],
    ['a LIKE b BETWEEN c AND d', '(a like (b between c d))'],
    ['a < b LIKE c', '(a < (b like c))'],
    ['a = b < c', '(a = (b < c))'],
    ['a < b = c', '((a < b) = c)'],
    ['NOT a = b', '(not (a = b))'],
    ['NOT a AND b', '((not a) and b)'],
    ['a OR b AND c', '(a or (b and c))'],
    ['a AND b OR c', '((a and b) or c)'],
    ['a AND b AND c AND d', '(a and b and c and d)'],
    ['a OR (b OR c)', '(a or (b or c))'],
    ['a BETWEEN 1 AND 2 AND b', '((a between 1 2) and b)'],
    ['a BETWEEN b + 1 AND c * 2 OR d', '((a between (b + 1) (c * 2)) or d)'],
    ['a = b IS NULL', '((a = b) is null)'],
    ['NOT a IS NULL', '(not (a is null))'],
    ['(a + b) * c', '((a + b) * c)'],
    ['1--1\n', '1'],
    ['1 - -1', '(1 - (-1))'],
    ['+1', '1'],
  ])('reads %s as %s', (text, shown) => {
    expect(where(text)).toBe(shown)
  })

  it.each([
    ["a = 'it''s'", "(a = 'it's')"],
    ['a = .3', '(a = .3)'],
    ['a = 1.5e-3', '(a = 1.5e-3)'],
    ['a <> 9223372036854775808', '(a <> 9223372036854775808)'],
    ['a != TRUE and b = false', '((a <> true) and (b = false))'],
    ['a = null or a = missing', '((a = null) or (a = undefined))'],
    ['a > `2010-01-01T`', '(a > `2010-01-01T`)'],
    ['a > ` 2007-02-23T12:14:33.079-08:00 `', '(a > `2007-02-23T12:14:33.079-08:00`)'],
    ['[1, 2] = (1, 2)', '([1, 2] = [1, 2])'],
    ['a /* b */ = -- c\n 1', '(a = 1)'],
    ['"na.me" = "s"."x"', `("na.me" = "s"['x'])`],
    ["s.a['b'][0].c = 1", "(s.a['b'][0].c = 1)"],
    ['@s.a = 1', '(s.a = 1)'],
    ['a NOT IN (1)', '(a not in [1])'],
    ['a in [1]', '(a in [1])'],
    ['a IN []', '(a in [])'],
    ["'bar' IN s.synonyms[*]", "('bar' in s.synonyms[*])"],
    ['8.5 IN s.nested[1][*]', '(8.5 in s.nested[1][*])'],
    ['(2,3,4) IN s.nested[*]', '([2, 3, 4] in s.nested[*])'],
    ['a IN COALESCE(b, (1, 2))', '(a in COALESCE(b, [1, 2]))'],
    ["a NOT LIKE 'x%' ESCAPE '!'", "(a not like 'x%' escape '!')"],
    ['a NOT BETWEEN 1 AND 2', '(a not between 1 2)'],
    ['a IS NOT MISSING', '(a is not missing)'],
    ['CASE a WHEN 1 THEN b ELSE c END = 1', '(case(a, 1: b, else: c) = 1)'],
    ['CASE WHEN a THEN b WHEN c THEN d END = 1', '(case(a: b, c: d) = 1)'],
    ['CAST(a AS INT) > 1', '(INT(a) > 1)'],
    ['CAST(a AS decimal(10, 2)) > 1', '(DECIMAL(a) > 1)'],
    ['CAST(a AS Numeric) > CAST(b AS INTEGER)', '(DECIMAL(a) > INT(b))'],
    ['CHARACTER_LENGTH(a) = CHAR_LENGTH(b)', '(CHAR_LENGTH(a) = CHAR_LENGTH(b))'],
    ['SUBSTRING(a FROM 2 FOR 3) = SUBSTRING(a, 2)', '(SUBSTRING(a, 2, 3) = SUBSTRING(a, 2))'],
    ["TRIM(a) = 'x'", "(TRIM(BOTH, a) = 'x')"],
    ["TRIM(LEADING FROM a) = 'x'", "(TRIM(LEADING, a) = 'x')"],
    ["TRIM(BOTH '12' FROM a) = 'x'", "(TRIM(BOTH, a, '12') = 'x')"],
    ["TRIM('12' FROM a) = 'x'", "(TRIM(BOTH, a, '12') = 'x')"],
    ['EXTRACT(timezone_hour FROM a) = 1', '(EXTRACT(TIMEZONE_HOUR, a) = 1)'],
    ['DATE_ADD(month, 1, a) > UTCNOW()', '(DATE_ADD(MONTH, 1, a) > UTCNOW())'],
    ['date_diff(day, a, b) = 1', '(DATE_DIFF(DAY, a, b) = 1)'],
    ["TO_STRING(TO_TIMESTAMP(a), 'y') = '1'", "(TO_STRING(TO_TIMESTAMP(a), 'y') = '1')"],
    ["COALESCE(a, NULLIF(b, c)) = ''", "(COALESCE(a, NULLIF(b, c)) = '')"],
    ["COALESCE(a, b).c[0] = ''", "(COALESCE(a, b).c[0] = '')"],
  ])('reads %s', (text, shown) => {
    expect(where(text)).toBe(shown)
  })

  it.each([
    ['int(_1) in(1,0)', '(INT(_1) in [1, 0])'],
    ['(nullif(_1,_2) = _1 = true)', '((NULLIF(_1, _2) = _1) = true)'],
    ['2 ^ 3 ^ 2 * 2', '((2 ^ (3 ^ 2)) * 2)'],
    ['_1 like "%aeio$_" escape "$"', '(_1 like "%aeio$_" escape "$")'],
    ['extract(week from timestamp(_1)) = 1', '(EXTRACT(WEEK, TIMESTAMP(_1)) = 1)'],
    ['cast(int(_1) as bool) = true', '(BOOL(INT(_1)) = true)'],
    ['date = year', '(date = year)'],
  ])('reads %s in the lenient dialect', (text, shown) => {
    expect(where(text, 'lenient')).toBe(shown)
  })

  it.each([
    ['a IN (SELECT b FROM S3Object)', '(a in {b from @})'],
    ['NOT EXISTS (SELECT * FROM S3Object t)', '(not exists {* from @ as t})'],
    ['a > (SELECT MAX(b) FROM S3Object)', '(a > {MAX(b) from @})'],
    ['s.date = value', '(s.date = value)'],
    ['s.select = count', '(s.select = count)'],
    ['CAST(a AS double precision) > 1', '(FLOAT(a) > 1)'],
    ['ABS(a) > 1', '(ABS(a) > 1)'],
  ])('reads %s in the extended dialect', (text, shown) => {
    expect(where(text, 'extended')).toBe(shown)
  })
})
