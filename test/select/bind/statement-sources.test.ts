import { describe, expect, it } from 'vitest'
import { fromPath, joinedObjects, needsFinisher } from '../../../src/select/bind/statement-sources.ts'
import { parseStatement } from '../../../src/select/sql/parse-statement.ts'

describe('needsFinisher()', () => {
  it.each<[string, boolean]>([
    ['SELECT * FROM S3Object', false],
    ['SELECT a, COUNT(*) FROM S3Object GROUP BY a HAVING COUNT(*) > 1 ORDER BY 1 LIMIT 1 OFFSET 1', false],
    ['SELECT DISTINCT a FROM S3Object[*].b', false],
    ['SELECT * FROM foo', false],
    ['SELECT * FROM "b/k"', true],
    ['SELECT * FROM S3Object, S3Object', true],
    ['SELECT * FROM (SELECT * FROM S3Object)', true],
    ['SELECT 1 FROM S3Object UNION SELECT 2 FROM S3Object', true],
    ['WITH a AS (SELECT 1 FROM S3Object) SELECT * FROM a', true],
    ['SELECT a, 1 + RANK() OVER (ORDER BY b) FROM S3Object', true],
    ['SELECT a FROM S3Object WHERE a IN (SELECT b FROM S3Object)', true],
    ['SELECT a FROM S3Object ORDER BY (SELECT 1 FROM S3Object)', true],
    ['(SELECT a FROM S3Object)', true],
  ])('%s: %s', (text, needed) => {
    expect(needsFinisher(parseStatement(text, 'extended'))).toBe(needed)
  })
})

describe('joinedObjects()', () => {
  it('names each object once, wherever it is read', () => {
    const text = `WITH w AS (SELECT * FROM "w/1") SELECT * FROM S3Object s JOIN "b/k/2" t ON s.a IN (SELECT x FROM "c/3")
      WHERE EXISTS (SELECT * FROM "b/k/2") UNION SELECT * FROM (SELECT * FROM "d/4")`
    expect(joinedObjects(parseStatement(text, 'extended'))).toEqual([
      { bucket: 'w', key: '1' },
      { bucket: 'b', key: 'k/2' },
      { bucket: 'c', key: '3' },
      { bucket: 'd', key: '4' },
    ])
    expect(joinedObjects(parseStatement('SELECT * FROM S3Object', 'extended'))).toEqual([])
  })
})

describe('fromPath()', () => {
  it('is what lies between the records and the rows', () => {
    expect(fromPath(parseStatement("SELECT * FROM S3Object[*].a['b'][0].*[*]", 'aws'))).toEqual([
      { step: 'key', name: 'a', caseSensitive: false },
      { step: 'key', name: 'b', caseSensitive: true },
      { step: 'index', index: 0 },
      { step: 'values' },
      { step: 'elements' },
    ])
    expect(fromPath(parseStatement('SELECT * FROM S3Object[*]', 'aws'))).toEqual([])
  })
})
