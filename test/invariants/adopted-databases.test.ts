// A data folder of before: its databases were kept by miniflare's D1.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Miniflare } from 'miniflare'
import { expect, it } from 'vitest'
import { applyMigrations } from '../../infra/embedded/migrations.ts'
import { callsOf } from '../support/object-calls.ts'
import { startServer } from '../support/server.ts'

it("goes on with the databases of miniflare's D1", async () => {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-d1-'))
  const migrations = path.join(import.meta.dirname, '../../migrations')
  try {
    const before = new Miniflare({
      modules: true,
      script: 'export default {}',
      d1Databases: ['CONTROL', 'CATALOG_0'],
      d1Persist: path.join(dataDir, 'd1'),
    })
    const [control, catalog] = [await before.getD1Database('CONTROL'), await before.getD1Database('CATALOG_0')]
    await applyMigrations(control, path.join(migrations, 'control'))
    await applyMigrations(catalog, path.join(migrations, 'catalog'))
    await control.prepare("INSERT INTO d1_migrations (name) VALUES ('9999_kept.sql')").run()
    await before.dispose()

    const server = await startServer({ dataDir })
    const calls = callsOf(server, 'kept')
    expect((await calls.send('PUT', '')).status).toBe(200)
    expect((await calls.put('key', 'value')).status).toBe(200)
    await server.stop()

    const after = new Miniflare({
      modules: true,
      script: 'export default {}',
      d1Databases: ['CONTROL'],
      d1Persist: path.join(dataDir, 'do'),
    })
    const read = await after.getD1Database('CONTROL')
    const names = await read.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
    expect(names.results.map(({ name }) => name)).toContain('9999_kept.sql')
    expect(await read.prepare('SELECT name FROM buckets').first('name')).toBe(calls.bucket)
    await after.dispose()
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
})
