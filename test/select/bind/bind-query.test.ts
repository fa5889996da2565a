import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { bindQuery } from '../../../src/select/bind/bind-query.ts'
import type { SourceFacts } from '../../../src/select/bind/source-scope.ts'
import type { Dialect } from '../../../src/select/request.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { showBoundQuery } from './show-bound.ts'

const csv: SourceFacts = {
  names: ['id', 'Name', 'na.me', 'CAST', 'x', 'X'],
  format: 'CSV',
  header: 'USE',
  dialect: 'aws',
}
const bare: SourceFacts = { names: null, format: 'CSV', header: 'NONE', dialect: 'aws' }
const json: SourceFacts = { names: null, format: 'JSON', dialect: 'aws' }
const parquet: SourceFacts = { names: ['id', 'Tags'], format: 'Parquet', dialect: 'aws' }

function bound(text: string, facts: SourceFacts, dialect: Dialect = facts.dialect) {
  return showBoundQuery(bindQuery(parseStatement(text, dialect), { ...facts, dialect }))
}

function codeOf(text: string, facts: SourceFacts, dialect: Dialect = facts.dialect): string {
  try {
    bound(text, facts, dialect)
    return 'no error'
  } catch (error) {
    return error instanceof S3Error ? error.code : `not an S3Error: ${String(error)}`
  }
}

describe('bindQuery()', () => {
  it.each<[string, SourceFacts, string]>([
    ['*', csv, '*'],
    ['s.*', csv, '*'],
    ['S3Object.*', csv, '*'],
    ['s.*, 1 AS one', parquet, 'id: #1, Tags: #2, one: 1'],
    ['id, NAME, "Name", s.id, S3Object.Id', csv, 'id: #1, NAME: #2, Name: #2, id: #1, Id: #1'],
    ['"na.me", s."na.me", "CAST", "X"', csv, 'na.me: #3, na.me: #3, CAST: #4, X: #6'],
    ['_2, s._1, s3object._100', csv, '_2: #2, _1: #1, _100: #100'],
    ['id AS a, id + 1, CAST(_1 AS INT) b, id x', csv, 'a: #1, _2: (#1 + 1), b: INT(#1), x: #1'],
    ['_1, s._3', bare, '_1: #1, _3: #3'],
    ['a.b, s.a.b[0], S3Object.a', json, 'b: $.a.b, _2: $.a.b[0], a: $.a'],
    ['s[\'a\'], s."a", _1.a, s', json, "a: $['a'], a: $['a'], a: $._1.a, s: $"],
    ['id, s.tags.x, tags', parquet, "id: #1, x: $['Tags'].x, tags: #2"],
    ['COALESCE(id, x_).a', json, 'a: COALESCE($.id, $.x_)>.a'],
  ])('SELECT %s', (list, facts, output) => {
    expect(bound(`SELECT ${list} FROM S3Object s`, facts)).toEqual({ output })
  })

  it.each([
    ['SELECT id FROM S3Object[*].Rules[*].id', 'id: $'],
    ['SELECT Rules.a FROM S3Object[*].Rules', 'a: $.a'],
    ['SELECT _1.dir_name, _1.owner FROM S3Object[*]', 'dir_name: $.dir_name, owner: $.owner'],
    ['SELECT d.dir_name, d.files FROM S3Object[*] d', 'dir_name: $.dir_name, files: $.files'],
    ['SELECT s.projects[0].project_name FROM S3Object[*] s', 'project_name: $.projects[0].project_name'],
    ['SELECT r FROM S3Object[*].a[*] AS r', 'r: $'],
  ])('names the rows of %s', (text, output) => {
    expect(bound(text, json)).toEqual({ output })
  })

  it.each<[string, string, SourceFacts?]>([
    ['id = -9223372036854775808', '(#1 = -9223372036854775808)'],
    ['id = 9223372036854775808', '(#1 = decimal 9223372036854775808)'],
    ['id = -1.50', '(#1 = decimal -1.50)'],
    ['id = 1.', '(#1 = decimal 1)'],
    ['id > `1970-01-01T00:00:01Z`', '(#1 > time 1000000000)'],
    ['id = - Name', '(#1 = (-#2))'],
    ['CASE id WHEN 1 THEN 2 END = 2', '(case((#1 = 1): 2, else: null) = 2)'],
    ['id IS NOT MISSING AND MISSING IS NULL', '((#1 is not missing) and (missing is null))'],
    ["id LIKE 'a' ESCAPE '!'", "(#1 like 'a' escape '!')"],
    ["'a' IN s.b[*]", "('a' in $.b)", json],
    ["'a' IN s.b[*][*]", "('a' in $.b>[*][*])", json],
    ["'a' IN s.b[*].c", "('a' in $.b>[*].c)", json],
    ["'a' IN s.*", "('a' in $>.*)", json],
    ['(2, 3) IN s.a', '([2, 3] in $.a)', json],
    ["TRIM(LEADING 'x' FROM id) = EXTRACT(YEAR FROM Name)", "(TRIM(LEADING, #1, 'x') = EXTRACT(YEAR, #2))"],
  ])('WHERE %s', (condition, where, facts = csv) => {
    expect(bound(`SELECT * FROM S3Object s WHERE ${condition}`, facts)).toEqual({ output: '*', where })
  })

  it('computes an aggregate once, over rows', () => {
    expect(bound('SELECT COUNT(*), SUM(id) + 1 s, SUM(id), MIN(Name) FROM S3Object WHERE id > 1', csv)).toEqual({
      output: '_1: agg0, s: (agg1 + 1), _3: agg1, _4: agg2',
      where: '(#1 > 1)',
      aggregates: ['COUNT(*)', 'SUM(#1)', 'MIN(#2)'],
    })
  })

  it.each<[string, SourceFacts, string]>([
    ['SELECT x FROM S3Object', csv, 'AmbiguousFieldName'],
    ['SELECT "y" FROM S3Object', csv, 'MissingHeaderName'],
    ['SELECT y FROM S3Object', csv, 'MissingHeaderName'],
    ['SELECT "name" FROM S3Object', csv, 'MissingHeaderName'],
    ['SELECT "s3object".id FROM S3Object', csv, 'MissingHeaderName'],
    ['SELECT id FROM S3Object', bare, 'EvaluatorBindingDoesNotExist'],
    ['SELECT id FROM S3Object', { ...csv, header: 'IGNORE' }, 'EvaluatorBindingDoesNotExist'],
    ['SELECT y FROM S3Object', parquet, 'MissingHeaderName'],
    ['SELECT t.id FROM S3Object s', csv, 'MissingHeaderName'],
    ['SELECT _0 FROM S3Object', csv, 'InvalidColumnIndex'],
    ['SELECT * FROM foo', csv, 'EvaluatorBindingDoesNotExist'],
    ['SELECT * FROM "b/k"', csv, 'EvaluatorBindingDoesNotExist'],
    ['SELECT t.* FROM S3Object s', csv, 'InvalidTableAlias'],
    ['SELECT s.*, s.a FROM S3Object s', json, 'UnsupportedSqlStructure'],
    ['SELECT * FROM S3Object[*].a', csv, 'InvalidKeyPath'],
    ['SELECT s[0] FROM S3Object s', csv, 'ParseInvalidPathComponent'],
    ['SELECT id, COUNT(*) FROM S3Object', csv, 'UnsupportedSqlStructure'],
    ['SELECT SUM(COUNT(*)) FROM S3Object', csv, 'UnsupportedSqlStructure'],
    ['SELECT id FROM S3Object WHERE COUNT(*) > 1', csv, 'UnsupportedSqlStructure'],
    ['SELECT foo(id) FROM S3Object', csv, 'UnsupportedFunction'],
    ['SELECT ABS(id) FROM S3Object', csv, 'UnsupportedFunction'],
    ['SELECT LOWER() FROM S3Object', csv, 'EvaluatorInvalidArguments'],
    ['SELECT LOWER(id, id) FROM S3Object', csv, 'EvaluatorInvalidArguments'],
    ['SELECT DATE_ADD(year, 1) FROM S3Object', csv, 'EvaluatorInvalidArguments'],
    ['SELECT NULLIF(id) FROM S3Object', csv, 'EvaluatorInvalidArguments'],
    ['SELECT `2010-13T` FROM S3Object', csv, 'ValueParseFailure'],
    ['SELECT * FROM S3Object WHERE id LIKE 5', csv, 'LikeInvalidInputs'],
    ["SELECT * FROM S3Object WHERE 5 LIKE 'a'", csv, 'LikeInvalidInputs'],
  ])('refuses %s', (text, facts, code) => {
    expect(codeOf(text, facts)).toBe(code)
  })

  it('says which name is not there', () => {
    expect(() => bound('SELECT id,\n  nope FROM S3Object', csv)).toThrow("At line 2, column 3, found 'nope'.")
  })

  it('has the key of the object as a column of Select over many objects', () => {
    const facts: SourceFacts = { ...csv, keyColumn: true }
    expect(bound('SELECT _key, s._key k FROM S3Object s', facts)).toEqual({ output: '_key: _key, k: _key' })
    expect(codeOf('SELECT _key FROM S3Object', csv)).toBe('MissingHeaderName')
  })
})

describe('bindQuery() in the extended dialect', () => {
  it.each<[string, SourceFacts, Record<string, unknown>]>([
    [
      'SELECT id, COUNT(*) n FROM S3Object GROUP BY id HAVING COUNT(*) > 1 ORDER BY n DESC, 1, SUM(_2) NULLS FIRST',
      csv,
      {
        output: 'id: key0, n: agg0',
        aggregates: ['COUNT(*)', 'SUM(#2)'],
        groupBy: ['#1'],
        having: '(agg0 > 1)',
        orderBy: ['agg0 desc last', 'key0 last', 'agg1 first'],
      },
    ],
    [
      'SELECT CAST(id AS INT) / 10 AS decade, MAX(Name) FROM S3Object GROUP BY CAST(id AS INT) / 10',
      csv,
      { output: 'decade: key0, _2: agg0', aggregates: ['MAX(#2)'], groupBy: ['(INT(#1) / 10)'] },
    ],
    [
      'SELECT LOWER(Name) AS n, COUNT(*) FROM S3Object GROUP BY n',
      csv,
      { output: 'n: key0, _2: agg0', aggregates: ['COUNT(*)'], groupBy: ['LOWER(#2)'] },
    ],
    [
      'SELECT LOWER(Name) AS id, COUNT(*) FROM S3Object GROUP BY 1, id',
      csv,
      { output: 'id: key0, _2: agg0', aggregates: ['COUNT(*)'], groupBy: ['LOWER(#2)', '#1'] },
    ],
    [
      'SELECT s.a.b, SUM(DISTINCT s.c) FROM S3Object s GROUP BY s.a.b',
      json,
      { output: 'b: key0, _2: agg0', aggregates: ['SUM(distinct $.c)'], groupBy: ['$.a.b'] },
    ],
    [
      'SELECT DISTINCT id, Name n FROM S3Object ORDER BY n',
      csv,
      { output: 'id: #1, n: #2', orderBy: ['#2 last'], distinct: true },
    ],
    ['SELECT * FROM S3Object ORDER BY id DESC', csv, { output: '*', orderBy: ['#1 desc last'] }],
    ['SELECT id FROM S3Object GROUP BY id', csv, { output: 'id: key0', groupBy: ['#1'] }],
    [
      'SELECT COUNT(*) FROM S3Object HAVING COUNT(*) > 5',
      csv,
      { output: '_1: agg0', aggregates: ['COUNT(*)'], having: '(agg0 > 5)' },
    ],
    [
      'SELECT ABS(id), CEILING(id), LENGTH(Name) FROM S3Object',
      csv,
      { output: '_1: ABS(#1), _2: CEIL(#1), _3: CHAR_LENGTH(#2)' },
    ],
  ])('%s', (text, facts, query) => {
    expect(bound(text, facts, 'extended')).toEqual(query)
  })

  it('keeps limit and offset', () => {
    const query = bindQuery(parseStatement('SELECT id FROM S3Object LIMIT 3 OFFSET 2', 'extended'), csv)
    expect([query.limit, query.offset]).toEqual([3, 2])
  })

  it.each([
    ['SELECT Name, COUNT(*) FROM S3Object GROUP BY id', 'UnsupportedSqlStructure'],
    ['SELECT * FROM S3Object GROUP BY id', 'UnsupportedSqlStructure'],
    ['SELECT id FROM S3Object HAVING TRUE', 'UnsupportedSqlStructure'],
    ["SELECT COUNT(*) FROM S3Object GROUP BY 'a'", 'ParseUnsupportedLiteralsGroupBy'],
    ['SELECT id FROM S3Object GROUP BY 2', 'InvalidColumnIndex'],
    ['SELECT COUNT(*) FROM S3Object GROUP BY COUNT(*)', 'UnsupportedSqlStructure'],
    ['SELECT COUNT(*) FROM S3Object GROUP BY 1', 'UnsupportedSqlStructure'],
    ['SELECT id FROM S3Object ORDER BY 2', 'InvalidColumnIndex'],
    ['SELECT DISTINCT id FROM S3Object ORDER BY Name', 'UnsupportedSqlStructure'],
    ['SELECT id, COUNT(*) FROM S3Object GROUP BY id ORDER BY Name', 'UnsupportedSqlStructure'],
  ])('refuses %s', (text, code) => {
    expect(codeOf(text, csv, 'extended')).toBe(code)
  })
})

describe('bindQuery() in the lenient dialect', () => {
  it.each<[string, SourceFacts, Record<string, unknown>]>([
    ['select lower("AB12cd$$") from s3object ;', bare, { output: "_1: LOWER('AB12cd$$')" }],
    ['select "true"from s3object;', bare, { output: "_1: 'true'" }],
    ['select "id" from s3object', csv, { output: 'id: #1' }],
    [
      'select count(0) from stdin where _1 like "%y[y-z]"',
      bare,
      { output: '_1: agg0', aggregates: ['COUNT(0)'], where: "(#1 like-ranges '%y[y-z]')" },
    ],
    [
      'select int(_1) as a1, int(_2) as a2 , (a1+a2) as a3 from s3object where a3>100 and a3<300;',
      bare,
      {
        output: 'a1: INT(#1), a2: INT(#2), a3: (INT(#1) + INT(#2))',
        where: '(((INT(#1) + INT(#2)) > 100) and ((INT(#1) + INT(#2)) < 300))',
      },
    ],
    [
      'select (int(_1) in (1,2,0)) as a1 from s3object where a1 = true;',
      bare,
      { output: 'a1: (INT(#1) in [1, 2, 0])', where: '((INT(#1) in [1, 2, 0]) = true)' },
    ],
    ['select min(_1.c1) from s3object[*].root;', json, { output: '_1: agg0', aggregates: ['MIN($.c1)'] }],
    ['select version() from s3object;', bare, { output: '_1: VERSION()' }],
    ['select id as id from s3object', csv, { output: 'id: #1' }],
    ['select _1 as _1, _1 as x from s3object', bare, { output: '_1: #1, x: #1' }],
  ])('%s', (text, facts, query) => {
    expect(bound(text, facts, 'lenient')).toEqual(query)
  })

  it.each([
    [
      'select int(_1) as a1,int(_2) as a2, a1+a4 as a3, a5+a1 as a4, int(_3)+a3 as a5 from s3object;',
      bare,
      'number of calls exceed maximum size, probably a cyclic reference to alias',
    ],
    ['select id,int(c11) from s3object;', csv, 'ProcessingTimeError: alias {c11} or column not exist in schema'],
    [
      'select int(_1)+int(_2) as name,name from s3object;',
      csv,
      'multiple definition of column {name} as schema-column and alias',
    ],
  ])('refuses %s in the words of Ceph', (text, facts, message) => {
    expect(() => bound(text, facts, 'lenient')).toThrow(message)
    expect(codeOf(text, facts, 'lenient')).not.toMatch(/^not/)
  })

  it('refuses aliases that double with each other, soon', () => {
    const items = Array.from({ length: 60 }, (_, index) => `a${index}+a${index} as a${index + 1}`)
    const started = performance.now()
    expect(codeOf(`select _1 as a0, ${items.join(', ')} from s3object`, bare, 'lenient')).toBe('MaxOperatorsExceeded')
    const long = Array.from({ length: 400 }, (_, index) => `${'- '.repeat(150)}a${index} as a${index + 1}`)
    expect(codeOf(`select a400, _1 as a0, ${long.join(', ')} from s3object`, bare, 'lenient')).toBe(
      'MaxOperatorsExceeded',
    )
    expect(performance.now() - started).toBeLessThan(3000)
  })
})
