// Statements that other servers' clients and tests send: each is read and bound.
import { describe, expect, it } from 'vitest'
import { bindQuery } from '../../../src/select/bind/bind-query.ts'
import type { SourceFacts } from '../../../src/select/bind/source-scope.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { showBoundQuery } from './show-bound.ts'

const json: SourceFacts = { names: null, format: 'JSON', dialect: 'extended' }
const table: SourceFacts = {
  names: ['id', 'time', 'num', 'num2', 'text', 'na.me', 'qty', 'CAST', 'index', 'Month'],
  format: 'CSV',
  header: 'USE',
  dialect: 'extended',
}
const ceph: SourceFacts = { names: null, format: 'CSV', header: 'NONE', dialect: 'lenient' }
const cephJson: SourceFacts = { names: null, format: 'JSON', dialect: 'lenient' }

// The condition or the list, as it is bound.
const minio: [string, SourceFacts, string][] = [
  [`SELECT * from s3object s WHERE 'bar' IN s.synonyms[*]`, json, `('bar' in $.synonyms)`],
  ['SELECT * from s3object s WHERE s.id IN (1,3)', json, '($.id in [1, 3])'],
  [`SELECT * from s3object s WHERE 'bar' in s.synonyms`, json, `('bar' in $.synonyms)`],
  ['SELECT id from s3object s WHERE s.id >= -9223372036854775808', json, '($.id >= -9223372036854775808)'],
  ['SELECT * from s3object s WHERE 3.0 in s.numbers[*]', json, '(decimal 3.0 in $.numbers)'],
  ['SELECT * from s3object s WHERE (2,3,4) IN s.nested[*]', json, '([2, 3, 4] in $.nested)'],
  ['SELECT s.nested from s3object s WHERE 8.5 IN s.nested[*][*]', json, '(decimal 8.5 in $.nested>[*][*])'],
  [
    'SELECT s.nested from s3object s WHERE (8.5 IN s.nested[*][*]) AND (s.id > 0)',
    json,
    '((decimal 8.5 in $.nested>[*][*]) and ($.id > 0))',
  ],
  ['SELECT * from s3object s WHERE s.nested[0][0] = 2', json, '($.nested[0][0] = 2)'],
  ['SELECT * from s3object s WHERE (7,8.5,9) != s.nested[1]', json, '([7, decimal 8.5, 9] <> $.nested[1])'],
  ['SELECT * from s3object s WHERE [7,8.5,9] IN s.nested', json, '([7, decimal 8.5, 9] in $.nested)'],
  ['SELECT * from s3object s WHERE id IN [3,2]', json, '($.id in [3, 2])'],
  ['SELECT * from s3object s WHERE (8.0+0.5) IN s.nested[1][*]', json, '((decimal 8.0 + decimal 0.5) in $.nested[1])'],
  ['SELECT id from s3object s WHERE value = true', json, '($.value = true)'],
  [
    `select * from s3object[*].elements[*] s where s.element_type = '__elem__merfu'`,
    json,
    `($.element_type = '__elem__merfu')`,
  ],
  [`SELECT index FROM s3Object s WHERE "Month"='May'`, table, `(#10 = 'May')`],
  [`select id from S3Object s WHERE s.id in [4,3]`, table, '(#1 in [4, 3])'],
  ['select _2 from S3object WHERE _100 IS NOT NULL', table, '(#100 is not null)'],
  ['SELECT s.nested[1], s.nested[0] from s3object s', json, '_1: $.nested[1], _2: $.nested[0]'],
  ['SELECT COUNT(id) as n from s3object s', json, 'n: agg0'],
  [
    `SELECT date_diff(MONTH, '2019-10-20T', '2020-01-20T') FROM S3Object LIMIT 1`,
    json,
    `_1: DATE_DIFF(MONTH, '2019-10-20T', '2020-01-20T')`,
  ],
  ['SELECT 1.0 / 2.0 * .3 FROM S3Object LIMIT 1', json, '_1: ((decimal 1.0 / decimal 2.0) * decimal .3)'],
  ['SELECT _1 as first, s._100 from s3object s LIMIT 1', table, 'first: #1, _100: #100'],
  ['SELECT CAST(text AS STRING) AS text from s3object s', table, 'text: STRING(#5)'],
  ['select count(S3Object."na.me") from S3Object', table, '_1: agg0'],
  ['select S3Object.qty, s.qty, s."CAST" from S3Object s', table, 'qty: #7, qty: #7, CAST: #8'],
  ['select NOT CAST(s."CAST" AS Bool)  from s3object s', table, '_1: (not BOOL(#8))'],
  ['SELECT time from s3object s', table, 'time: #2'],
]

const cephStatements: [string, SourceFacts, string][] = [
  [
    'select count(0) from s3object where ((1.0+2.0)*(3.0/4.0))!=(5.0-6.0);',
    ceph,
    '(((decimal 1.0 + decimal 2.0) * (decimal 3.0 / decimal 4.0)) <> (decimal 5.0 - decimal 6.0))',
  ],
  ['select count(0) from s3object[*].root where (_1.c1-_1.c2) = 2;', cephJson, '(($.c1 - $.c2) = 2)'],
  [
    'select count(0) from s3object[*].root where not nullif(_1.c1,_1.c2) is null ;',
    cephJson,
    '(not (NULLIF($.c1, $.c2) is null))',
  ],
  ['select count(0) from s3object where (nullif(_1,_2) = _1 = true) ;', ceph, '((NULLIF(#1, #2) = #1) = true)'],
  [
    'select count(*) from s3object where (nullif(_1,_1) and _1 = _2) is not null ;',
    ceph,
    '((NULLIF(#1, #1) and (#1 = #2)) is not null)',
  ],
  ['select int(_1) from s3object where int(_1) in(1,0);', ceph, '(INT(#1) in [1, 0])'],
  [
    'select int(_2) from s3object where int(_2)*2 in(int(_3)*2,int(_4)*3,int(_5)*5);',
    ceph,
    '((INT(#2) * 2) in [(INT(#3) * 2), (INT(#4) * 3), (INT(#5) * 5)])',
  ],
  [
    'select int(_1) from s3object where character_length(_1) = 2 and substring(_1,2,1) in ("3");',
    ceph,
    `((CHAR_LENGTH(#1) = 2) and (SUBSTRING(#1, 2, 1) in ['3']))`,
  ],
  [
    'select count(*) from s3object where substring(_3,char_length(_3),1) between "y" and "z" and substring(_3,char_length(_3)-1,1) = "y";',
    ceph,
    `((SUBSTRING(#3, CHAR_LENGTH(#3), 1) between 'y' 'z') and (SUBSTRING(#3, (CHAR_LENGTH(#3) - 1), 1) = 'y'))`,
  ],
  ['select count(*) from s3object where (_3 like "%y[y-z]") = true;', ceph, `((#3 like-ranges '%y[y-z]') = true)`],
  [
    'select count(*) from s3object where trim(leading from _1) = "aeiou    " = true;',
    ceph,
    `((TRIM(LEADING, #1) = 'aeiou    ') = true)`,
  ],
  [
    'select count(*) from s3object where substring(_1 from 4 for 5) = "aeiou";',
    ceph,
    `(SUBSTRING(#1, 4, 5) = 'aeiou')`,
  ],
  ['select count(*) from s3object where _1 like "%aeio$_" escape "$";', ceph, `(#1 like-ranges '%aeio$_' escape '$')`],
  ['select count(*) from s3object where cast(int(_1) as bool) = true ;', ceph, '(BOOL(INT(#1)) = true)'],
  [
    'select count(0) from  s3object where (date_diff(hour,utcnow(),date_add(day,1,utcnow())) = 24) = true ;',
    ceph,
    '((DATE_DIFF(HOUR, UTCNOW(), DATE_ADD(DAY, 1, UTCNOW())) = 24) = true)',
  ],
  [
    'select count(0) from  s3object where extract(year from to_timestamp(_1)) > 1950;',
    ceph,
    '(EXTRACT(YEAR, TO_TIMESTAMP(#1)) > 1950)',
  ],
  ['select (nullif(_1,null) is null) from s3object;', ceph, '_1: (NULLIF(#1, null) is null)'],
  ['select min(int(_1)),max(int(_2)),min(int(_3))+1 from s3object;', ceph, '_1: agg0, _2: agg1, _3: (agg2 + 1)'],
  [
    `select cast(to_string(to_timestamp(_1), 'x') as int) from  s3object;`,
    ceph,
    `_1: INT(TO_STRING(TO_TIMESTAMP(#1), 'x'))`,
  ],
  [
    'select case cast(_1 as int) when cast(_2 as int) then "case_1_1" else "case_2_2" end from s3object;',
    ceph,
    `_1: case((INT(#1) = INT(#2)): 'case_1_1', else: 'case_2_2')`,
  ],
  [
    'select coalesce(nullif(_5,_5),nullif(_1,_1),_2) from s3object;',
    ceph,
    '_1: COALESCE(NULLIF(#5, #5), NULLIF(#1, #1), #2)',
  ],
]

describe("statements of other servers' tests", () => {
  it.each([...minio, ...cephStatements])('%s', (text, facts, shown) => {
    const query = showBoundQuery(bindQuery(parseStatement(text, facts.dialect), facts))
    expect(query.where ?? query.output).toBe(shown)
  })

  it.each(minio.filter(([text]) => !/\b(first|text|time|value|date)\b/.test(text)))(
    "reads %s in AWS's dialect too",
    (text, facts) => {
      const strict: SourceFacts = { ...facts, dialect: 'aws' }
      expect(showBoundQuery(bindQuery(parseStatement(text, 'aws'), strict))).toEqual(
        showBoundQuery(bindQuery(parseStatement(text, 'extended'), facts)),
      )
    },
  )
})
