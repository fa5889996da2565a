import { describe, expect, it } from 'vitest'
import { S3Error } from '../../../src/errors.ts'
import { selectExpressionBytesMax } from '../../../src/limits.ts'
import type { Dialect } from '../../../src/select/request.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'
import { showExpression, showQuery } from './show-expression.ts'

function codeOf(text: string, dialect: Dialect = 'aws'): string {
  try {
    parseStatement(text, dialect)
    return 'no error'
  } catch (error) {
    return error instanceof S3Error ? error.code : `not an S3Error: ${String(error)}`
  }
}

describe('parseStatement()', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-select.html
  it.each([
    ['SELECT * FROM S3Object', '{* from @}'],
    ['select s.* from s3OBJECT as s;', '{s.* from @ as s}'],
    ['SELECT id FROM S3Object[*].Rules[*].id', '{id from @.Rules[*].id}'],
    ['SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING', '{id from @.Rules[*].id}'],
    ['SELECT d.dir_name, d.files FROM S3Object[*] d', '{d.dir_name, d.files from @ as d}'],
    ['SELECT _1.dir_name, _1.owner FROM S3Object[*]', '{_1.dir_name, _1.owner from @}'],
    ['SELECT s.projects[0].project_name FROM S3Object s', '{s.projects[0].project_name from @ as s}'],
    [
      "SELECT a x, b AS y, count(*) FROM S3Object[*].a['b'][0].*[*] z",
      "{a as x, b as y, COUNT(*) from @.a['b'][0].*[*] as z}",
    ],
    ['SELECT s.*, s.a FROM S3Object s', '{s.*, s.a from @ as s}'],
    ['SELECT ALL "CAST" FROM "S3Object"', '{"CAST" from @}'],
  ])('reads %s', (text, shown) => {
    expect(showQuery(parseStatement(text, 'aws'))).toBe(shown)
  })

  it('reads WHERE and LIMIT', () => {
    const statement = parseStatement('SELECT * FROM S3Object WHERE a = 1 LIMIT 5 ;', 'aws')
    expect(statement).toMatchObject({ limit: 5, offset: 0, body: { where: { kind: 'compare' } } })
  })

  it.each([
    // Statement and select list
    ['', 'ParseExpectedKeyword'],
    ['DELETE FROM S3Object', 'ParseUnExpectedKeyword'],
    ['foo', 'ParseExpectedKeyword'],
    ['SELECT FROM S3Object', 'ParseEmptySelect'],
    ['SELECT', 'ParseExpectedExpression'],
    ['SELECT a', 'ParseSelectMissingFrom'],
    ['SELECT a WHERE b = 1', 'ParseSelectMissingFrom'],
    ['SELECT *, a FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT a, * FROM S3Object', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT * AS x FROM S3Object', 'ParseUnsupportedAlias'],
    ['SELECT s.* x FROM S3Object s', 'ParseUnsupportedAlias'],
    ['SELECT a AS FROM S3Object', 'ParseExpectedIdentForAlias'],
    ['SELECT a AS date FROM S3Object', 'ParseExpectedIdentForAlias'],
    ['SELECT s.a[*] FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.a.* FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.*.a FROM S3Object s', 'ParseInvalidContextForWildcardInSelectList'],
    ['SELECT s.a[0].* FROM S3Object s', 'ParseCannotMixSqbAndWildcardInSelectList'],
    ['SELECT s.*[0] FROM S3Object s', 'ParseCannotMixSqbAndWildcardInSelectList'],
    ['SELECT VALUE a FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT a b c FROM S3Object', 'ParseUnexpectedTerm'],
    ['SELECT a, FROM S3Object', 'ParseUnExpectedKeyword'],
    ['SELECT date FROM S3Object', 'ParseUnExpectedKeyword'],
    ['SELECT s.date FROM S3Object s', 'ParseInvalidPathComponent'],
    ["SELECT s.'a' FROM S3Object s", 'ParseInvalidPathComponent'],
    ['SELECT s[a] FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT s[0 FROM S3Object s', 'ParseExpectedTokenType'],
    ['SELECT @1 FROM S3Object s', 'ParseMissingIdentAfterAt'],
    // FROM
    ['SELECT * FROM', 'ParseExpectedTokenType'],
    ["SELECT * FROM 's3object'", 'ParseUnexpectedTerm'],
    ['SELECT * FROM S3Object.a', 'ParseInvalidPathComponent'],
    ['SELECT * FROM S3Object[0]', 'ParseInvalidPathComponent'],
    ['SELECT * FROM S3Object AS', 'ParseExpectedIdentForAlias'],
    ['SELECT * FROM S3Object ""', 'InvalidTableAlias'],
    ['SELECT * FROM S3Object s AT', 'ParseExpectedIdentForAt'],
    ['SELECT * FROM S3Object s AT i', 'ParseUnsupportedSyntax'],
    ['SELECT * FROM S3Object, S3Object', 'MultipleDataSourcesUnsupported'],
    ['SELECT * FROM S3Object s JOIN S3Object t ON TRUE', 'ParseMalformedJoin'],
    ['SELECT * FROM S3Object s x', 'ParseUnexpectedTerm'],
    // Clauses
    ['SELECT * FROM S3Object WHERE', 'ParseExpectedExpression'],
    ['SELECT * FROM S3Object LIMIT', 'ParseExpectedNumber'],
    ['SELECT * FROM S3Object LIMIT a', 'ParseExpectedNumber'],
    ['SELECT * FROM S3Object LIMIT 1.5', 'ParseExpectedNumber'],
    ['SELECT * FROM S3Object LIMIT -1', 'EvaluatorNegativeLimit'],
    ['SELECT * FROM S3Object LIMIT 1 WHERE a = 1', 'ParseUnExpectedKeyword'],
    ['SELECT * FROM S3Object; SELECT', 'ParseUnExpectedKeyword'],
    ['SELECT * FROM S3Object )', 'ParseUnexpectedToken'],
    ['SELECT * FROM S3Object = 1', 'ParseUnexpectedOperator'],
    ['SELECT a FROM S3Object GROUP BY a', 'ParseUnsupportedLiteralsGroupBy'],
    ['SELECT a FROM S3Object GROUP a', 'ParseExpectedIdentForGroupName'],
    ['SELECT a FROM S3Object HAVING a', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object ORDER BY a', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object LIMIT 1 OFFSET 1', 'UnsupportedSqlStructure'],
    ['SELECT a FROM S3Object UNION SELECT b FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT DISTINCT a FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT COUNT(DISTINCT a) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT (SELECT 1 FROM S3Object) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT * FROM (SELECT * FROM S3Object)', 'UnsupportedSqlStructure'],
    ['SELECT * FROM S3Object WHERE EXISTS (SELECT * FROM S3Object)', 'UnsupportedSqlStructure'],
    ['WITH a AS (SELECT * FROM S3Object) SELECT * FROM a', 'UnsupportedSqlStructure'],
    ['SELECT SUM(a) OVER (ORDER BY b) FROM S3Object', 'UnsupportedSqlStructure'],
    ['SELECT RANK() FROM S3Object', 'UnsupportedFunction'],
    // Calls
    ['SELECT SUM(*) FROM S3Object', 'ParseUnsupportedCallWithStar'],
    ['SELECT LOWER(*) FROM S3Object', 'ParseUnsupportedCallWithStar'],
    ['SELECT SUM(a, b) FROM S3Object', 'ParseNonUnaryAgregateFunctionCall'],
    ['SELECT COUNT() FROM S3Object', 'ParseNonUnaryAgregateFunctionCall'],
    ['SELECT CAST a AS INT FROM S3Object', 'ParseExpectedLeftParenAfterCast'],
    ['SELECT CAST(a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CAST(a AS foo) FROM S3Object', 'ParseExpectedTypeName'],
    ['SELECT CAST(a AS 1) FROM S3Object', 'ParseExpectedTypeName'],
    ['SELECT CAST(a AS DATE) FROM S3Object', 'InvalidDataType'],
    ['SELECT CAST(a AS VARCHAR) FROM S3Object', 'InvalidDataType'],
    ['SELECT CAST(a AS INT(3)) FROM S3Object', 'ParseCastArity'],
    ['SELECT CAST(a AS DECIMAL(1, 2, 3)) FROM S3Object', 'ParseCastArity'],
    ["SELECT CAST(a AS DECIMAL('1')) FROM S3Object", 'ParseInvalidTypeParam'],
    ['SELECT CAST(a AS INT FROM S3Object', 'ParseExpectedRightParenBuiltinFunctionCall'],
    ['SELECT LOWER a FROM S3Object', 'ParseExpectedLeftParenBuiltinFunctionCall'],
    ['SELECT LOWER(a FROM S3Object', 'ParseExpectedRightParenBuiltinFunctionCall'],
    ['SELECT LOWER(a b) FROM S3Object', 'ParseExpectedArgumentDelimiter'],
    ['SELECT SUBSTRING(a) FROM S3Object', 'ParseExpectedArgumentDelimiter'],
    ['SELECT EXTRACT(foo FROM a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT EXTRACT(week FROM a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT DATE_ADD(timezone_hour, 1, a) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT DATE_ADD(year 1, a) FROM S3Object', 'ParseExpectedArgumentDelimiter'],
    ['SELECT EXTRACT(year, a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT TRIM(LEADING a) FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CASE a ELSE 1 END FROM S3Object', 'ParseExpectedWhenClause'],
    ['SELECT CASE ELSE 1 END FROM S3Object', 'ParseExpectedWhenClause'],
    ['SELECT CASE WHEN a 1 END FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT CASE WHEN a THEN 1 FROM S3Object', 'ParseExpectedKeyword'],
    ['SELECT INT(a) FROM S3Object', 'ParseUnExpectedKeyword'],
    // Operators and lists
    ['SELECT * FROM S3Object WHERE = 1', 'ParseUnexpectedOperator'],
    ['SELECT * FROM S3Object WHERE a = )', 'ParseUnexpectedTerm'],
    ['SELECT * FROM S3Object WHERE a ^ 2 = 4', 'ParseUnknownOperator'],
    ['SELECT * FROM S3Object WHERE a << 2', 'ParseUnsupportedToken'],
    ['SELECT * FROM S3Object WHERE a = ?', 'ParseUnsupportedToken'],
    ["SELECT * FROM S3Object WHERE a = {'b': 1}", 'ParseUnsupportedToken'],
    ['SELECT * FROM S3Object WHERE a IN 5', 'ParseExpectedLeftParenValueConstructor'],
    ['SELECT * FROM S3Object WHERE a IN ()', 'ParseUnexpectedTerm'],
    ['SELECT * FROM S3Object WHERE a IN (1, 2', 'ParseExpected2TokenTypes'],
    ['SELECT * FROM S3Object WHERE a = [1 2]', 'ParseExpected2TokenTypes'],
    ['SELECT * FROM S3Object WHERE (a = 1', 'ParseExpectedTokenType'],
    ['SELECT * FROM S3Object WHERE a BETWEEN 1', 'ParseExpectedKeyword'],
    ['SELECT * FROM S3Object WHERE a IS 5', 'ParseExpectedTypeName'],
    ['SELECT * FROM S3Object WHERE a NOT 5', 'ParseUnExpectedKeyword'],
    // Lexer
    ['SELECT # FROM S3Object', 'LexerInvalidChar'],
    ['SELECT \u00E9 FROM S3Object', 'LexerInvalidChar'],
    ['SELECT /* a FROM S3Object', 'LexerInvalidChar'],
    ["SELECT 'a FROM S3Object", 'LexerInvalidLiteral'],
    ['SELECT "a FROM S3Object', 'LexerInvalidLiteral'],
    ['SELECT 12abc FROM S3Object', 'LexerInvalidLiteral'],
    ['SELECT 1.2.3 FROM S3Object', 'LexerInvalidLiteral'],
    ['SELECT 1e FROM S3Object', 'LexerInvalidLiteral'],
    ['SELECT `2010-01-01 FROM S3Object', 'LexerInvalidIONLiteral'],
    ['SELECT `foo` FROM S3Object', 'LexerInvalidIONLiteral'],
    ['SELECT * FROM S3Object WHERE a == 1', 'LexerInvalidOperator'],
    ['SELECT * FROM S3Object WHERE a ! 1', 'LexerInvalidOperator'],
    ['SELECT * FROM S3Object WHERE a | 1', 'LexerInvalidOperator'],
  ])('refuses %s with %s', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  it('says where the fault is', () => {
    expect(() => parseStatement('SELECT a\nFROM S3Object\nWHERE b = )', 'aws')).toThrow(
      "The SQL expression contains an unexpected term. At line 3, column 11, found ')'.",
    )
    expect(() => parseStatement('SELECT a', 'aws')).toThrow(
      'The SQL expression contains a missing FROM after a SELECT list. At line 1, column 9, found the end.',
    )
  })

  it('answers every fault of syntax with UnsupportedSyntax in the lenient dialect', () => {
    expect(codeOf('select count(*) from stdin where _1 like "%aeio%" like;', 'lenient')).toBe('UnsupportedSyntax')
    expect(codeOf('select # from stdin;', 'lenient')).toBe('UnsupportedSyntax')
  })

  it.each([
    ['select count(0) from stdin where nullif(_1,_2) is null ;', '{COUNT(0) from @}'],
    ['select version() from s3object;', '{VERSION() from @}'],
    ['select min(_1.c1) from s3object[*].root;', '{MIN(_1.c1) from @.root}'],
    [
      'select int(_1) as a1, int(_2) as a2 , (a1+a2) as a3 from s3object where a3>100;',
      '{INT(_1) as a1, INT(_2) as a2, (a1 + a2) as a3 from @}',
    ],
    ['select "true"from s3object;', '{"true" from @}'],
  ])('reads %s in the lenient dialect', (text, shown) => {
    expect(showQuery(parseStatement(text, 'lenient'))).toBe(shown)
  })

  it.each([
    ['SELECT date, value v FROM S3Object', '{date, value as v from @}'],
    ['SELECT DISTINCT a FROM S3Object offset', '{a from @ as offset}'],
    [
      'SELECT * FROM S3Object s JOIN "b/k/1.csv" t ON s.id = t.id',
      '{* from (@ as s INNER b//k/1.csv as t on (s.id = t.id))}',
    ],
    [
      'SELECT * FROM S3Object s LEFT OUTER JOIN "b/k"[*].x t ON TRUE CROSS JOIN "b/l"',
      '{* from ((@ as s LEFT b//k.x as t on true) CROSS b//l)}',
    ],
    ['SELECT * FROM S3Object a, S3Object b', '{* from (@ as a CROSS @ as b)}'],
    ['SELECT * FROM (SELECT a FROM S3Object) AS t', '{* from {a from @} as t}'],
    ['WITH x AS (SELECT a FROM S3Object) SELECT * FROM x y', '{* from x as y}'],
    [
      'SELECT RANK() OVER (PARTITION BY a ORDER BY b DESC, c ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING) r FROM S3Object',
      '{RANK() over (a b desc c ROWS) as r from @}',
    ],
    ['SELECT COUNT(*) OVER (), SUM(DISTINCT a) FROM S3Object', '{COUNT(*) over (), SUM(distinct a) from @}'],
    ['SELECT a FROM S3Object UNION ALL SELECT b FROM S3Object', '{UNION all}'],
  ])('reads %s in the extended dialect', (text, shown) => {
    expect(showQuery(parseStatement(text, 'extended'))).toBe(shown)
  })

  it('reads grouping, order and offset in the extended dialect', () => {
    const text =
      'SELECT a, COUNT(*) FROM S3Object GROUP BY a HAVING COUNT(*) > 1 ORDER BY 2 DESC NULLS FIRST, a OFFSET 2 LIMIT 3'
    const statement = parseStatement(text, 'extended')
    expect(statement).toMatchObject({ limit: 3, offset: 2 })
    expect(statement.orderBy.map(({ value, descending, nulls }) => [showExpression(value), descending, nulls])).toEqual(
      [
        ['2', true, 'first'],
        ['a', false, null],
      ],
    )
    const { body } = statement
    expect(body.body === 'select' && [body.groupBy?.map(showExpression), body.having?.kind]).toEqual([['a'], 'compare'])
  })

  it('lets INTERSECT bind tighter than UNION', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `SELECT ${name} FROM S3Object`)
    const { body } = parseStatement(`${a} UNION ${b} INTERSECT ${c}`, 'extended')
    expect(body).toMatchObject({ operator: 'UNION', right: { operator: 'INTERSECT' } })
  })

  it('refuses a statement of more than 256 KB, counted in UTF-8', () => {
    const filled = `SELECT 'x${'\u00E9'.repeat((selectExpressionBytesMax - 24) / 2)}' FROM S3Object`
    expect(codeOf(filled)).toBe('no error')
    expect(codeOf(`${filled} `)).toBe('ExpressionTooLong')
  })

  it.each([
    ['parentheses', '('],
    ['brackets', '['],
    ['NOTs', 'NOT '],
    ['signs', '- '],
    ['additions', '1+'],
    ['comparisons', '1='],
    ['ORs', '1 OR '],
    ['NOT INs', '1 NOT IN ('],
    ['CASEs', 'CASE '],
    ['calls', 'LOWER('],
    ['CASTs', 'CAST('],
    ['subqueries', '(SELECT '],
    ['sources', '1 FROM (SELECT '],
    ['nested queries', '1 FROM ((('],
  ])('ends soon on 256 KB of %s', (_, piece) => {
    const started = performance.now()
    const text = `SELECT ${piece.repeat((selectExpressionBytesMax - 30) / piece.length)}1 FROM S3Object`
    for (const dialect of ['aws', 'extended', 'lenient'] as const) {
      expect(codeOf(text, dialect)).toMatch(/MaxOperatorsExceeded|UnsupportedSqlStructure|UnsupportedSyntax|^Parse/)
    }
    expect(performance.now() - started).toBeLessThan(2000)
  })

  it.each([
    ['a list', `SELECT * FROM S3Object WHERE a IN (${'1,'.repeat(130_000)}1)`],
    ['columns', `SELECT ${'a,'.repeat(130_000)}a FROM S3Object`],
    ['arguments', `SELECT COALESCE(${'a,'.repeat(130_000)}a) FROM S3Object`],
    ['comments', `SELECT ${'/**/'.repeat(65_000)}a FROM S3Object`],
    ['steps', `SELECT ${'a.'.repeat(130_000)}a FROM S3Object`],
    ['doubled quotes', `SELECT '${"''".repeat(130_000)}' FROM S3Object`],
    ['branches', `SELECT CASE ${'WHEN a THEN 1 '.repeat(18_000)} END FROM S3Object`],
    ['conditions', `SELECT * FROM S3Object WHERE ${'a=1 OR '.repeat(9_000)} b=1`],
  ])('reads 256 KB of %s', (_, text) => {
    const started = performance.now()
    expect(codeOf(text)).toBe('no error')
    expect(performance.now() - started).toBeLessThan(2000)
  })
})
