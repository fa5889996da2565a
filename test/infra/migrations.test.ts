import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { applyMigrations, splitStatements } from '../../infra/embedded/migrations.ts'
import { sqliteD1 } from '../support/sqlite-d1.ts'

describe('splitStatements()', () => {
  const trigger = 'CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM a; END'
  it.each([
    ['nothing', ' \n-- only; a comment\n', []],
    ['empty statements', ';;SELECT 1;;', ['SELECT 1']],
    ['no last semicolon', 'SELECT 1; SELECT 2', ['SELECT 1', 'SELECT 2']],
    ['quotes', `SELECT ';', "a;b", \`;\`, [;]; SELECT 'it''s;'`, [`SELECT ';', "a;b", \`;\`, [;]`, `SELECT 'it''s;'`]],
    ['comments', 'SELECT 1 -- a; b\n; /* ; */ SELECT 2;', ['SELECT 1 -- a; b', '/* ; */ SELECT 2']],
    ['a trigger', `${trigger}; SELECT 1`, [trigger, 'SELECT 1']],
    [
      'a temporary trigger behind a comment',
      `/* x */ ${trigger.replace('TRIGGER', 'TEMP TRIGGER')};`,
      [`/* x */ ${trigger.replace('TRIGGER', 'TEMP TRIGGER')}`],
    ],
    [
      'an end after a comment',
      'CREATE TRIGGER t BEGIN SELECT 1; -- so\nEND; SELECT 2',
      ['CREATE TRIGGER t BEGIN SELECT 1; -- so\nEND', 'SELECT 2'],
    ],
    ['a table named trigger', 'CREATE TABLE "trigger" (a); SELECT 1', ['CREATE TABLE "trigger" (a)', 'SELECT 1']],
  ])('splits %s', (_, sql, statements) => {
    expect(splitStatements(sql)).toEqual(statements)
  })

  it('splits the catalogue so that its trigger stays whole', () => {
    const sql = readFileSync(new URL('../../migrations/catalog/0001_catalogue.sql', import.meta.url).pathname, 'utf8')
    const statements = splitStatements(sql)
    expect(statements).toHaveLength(7)
    expect(statements.at(-1)).toMatch(/END$/)
  })
})

describe('applyMigrations()', () => {
  let folder = ''
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('applies what is new in order, records it as wrangler does, and a failing file not at all', async () => {
    folder = mkdtempSync(join(tmpdir(), 'migrations-'))
    const { db, sqlite } = sqliteD1()
    const control = new URL('../../migrations/control', import.meta.url).pathname
    const before = (await applyMigrations(db, control)).length
    expect(before).toBeGreaterThan(0)
    writeFileSync(join(folder, '9002_b.sql'), 'INSERT INTO t VALUES (2);')
    writeFileSync(join(folder, '9001_a.sql'), 'CREATE TABLE t (a); INSERT INTO t VALUES (1);')
    writeFileSync(join(folder, 'README.md'), 'not SQL')
    expect(await applyMigrations(db, folder)).toEqual(['9001_a.sql', '9002_b.sql'])
    expect(await applyMigrations(db, folder)).toEqual([])
    writeFileSync(join(folder, '9003_c.sql'), 'INSERT INTO t VALUES (3); INSERT INTO missing VALUES (1)')
    await expect(applyMigrations(db, folder)).rejects.toThrow('missing')
    expect(
      sqlite
        .prepare('SELECT a FROM t')
        .all()
        .map((row) => row.a),
    ).toEqual([1, 2])
    const rows = sqlite.prepare('SELECT id, name, applied_at FROM d1_migrations ORDER BY id').all().slice(before)
    expect(rows.map((row) => row.name)).toEqual(['9001_a.sql', '9002_b.sql'])
    expect(rows[0]?.applied_at).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/)
  })
})
