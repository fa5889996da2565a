// The house rules that no linter knows. Each failure says what to do.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { importProblems, importsOf } from './support/imports.ts'
import type { SourceFile } from './support/imports.ts'

const root = path.join(import.meta.dirname, '..')
const linesMax = 400

const sources = filesUnder('src')
const everything = ['src', 'infra', 'test', 'migrations'].flatMap(filesUnder)
const operationFiles = sources.filter(({ name }) => /^src\/s3\/operations\/[a-z0-9-]+\.ts$/.test(name))

/** Text files under a folder, by their path from the root. */
function filesUnder(folder: string): SourceFile[] {
  if (!existsSync(path.join(root, folder))) return []
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|sh|sql|md|json|py)$/.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort()
    .map((name) => ({ name, text: read(name) }))
}

function read(name: string): string {
  const file = path.join(root, name)
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** The operations a file under src/s3/operations defines, as AWS spells them. */
function operationNames({ text }: SourceFile): string[] {
  const definition = /defineOperation[^(]*\(\{\s*name: '(\w+)'|\[\s*'([A-Z]\w+)',\s*'(?:GET|HEAD|PUT|POST|DELETE)'/g
  return [...text.matchAll(definition)].map((match) => match[1] ?? match[2] ?? '')
}

describe('source files', () => {
  it('import only what their folder may import', () => {
    expect(sources.flatMap(importProblems)).toEqual([])
  })

  it(`are at most ${linesMax} lines long`, () => {
    const code = everything.filter(({ name }) => /\.(ts|mjs|sh|sql)$/.test(name))
    const long = code.filter(({ text }) => text.trimEnd().split('\n').length > linesMax)
    expect(long.map(({ name }) => name)).toEqual([])
  })

  it('write to the console in src/log.ts only', () => {
    const writers = sources.filter(({ name, text }) => name !== 'src/log.ts' && /\bconsole\./.test(text))
    expect(writers.map(({ name }) => name)).toEqual([])
  })

  it('leave nothing to be done later', () => {
    const marker = new RegExp(
      `\\b(${['TO', 'FIX', 'X'].map((start, index) => start + ['DO', 'ME', 'XX'][index]).join('|')})\\b`,
    )
    expect(everything.filter(({ text }) => marker.test(text)).map(({ name }) => name)).toEqual([])
  })

  it('import each package in one place', () => {
    const importers = new Map<string, string[]>()
    for (const file of sources) {
      for (const { specifier } of importsOf(file)) {
        if (/^(\.|node:|cloudflare:)/.test(specifier)) continue
        importers.set(specifier, [...(importers.get(specifier) ?? []), file.name])
      }
    }
    expect([...importers].filter(([, files]) => new Set(files).size > 1)).toEqual([])
  })
})

describe('each file of src/s3/operations', () => {
  const table = read('src/s3/operations.ts')
  const coverage = read('test/conformance/COVERAGE.md')
  // The list NOT_IMPLEMENTED; the others name operations that answer otherwise than AWS in some case.
  const notImplemented = /NOT_IMPLEMENTED[^]*?\n\]/.exec(read('test/conformance/known-gaps.ts'))?.[0] ?? ''
  const gaps = [...notImplemented.matchAll(/\[\s*'(\w+)'/g)].map((match) => match[1])

  it.each(operationFiles)('$name is complete', (file) => {
    const base = path.basename(file.name, '.ts')
    const names = operationNames(file)
    expect(names, 'it defines an operation').not.toEqual([])
    expect(table, 'it has a line in src/s3/operations.ts').toContain(`'./operations/${base}.ts'`)
    expect(existsSync(path.join(root, `test/s3/operations/${base}.test.ts`)), 'it has a test of the same name').toBe(
      true,
    )
    const uncovered = names.filter((name) => !new RegExp(`^\\| \`?${name}\`? +\\|`, 'm').test(coverage))
    expect(uncovered, 'it has a row in test/conformance/COVERAGE.md').toEqual([])
    expect(
      names.filter((name) => gaps.includes(name)),
      'it is no known gap any more',
    ).toEqual([])
  })
})

describe('migrations', () => {
  const migrations = filesUnder('migrations').filter(({ name }) => name.endsWith('.sql'))

  it('are numbered without gaps', () => {
    const folders = new Set(migrations.map(({ name }) => path.dirname(name)))
    for (const folder of folders) {
      const numbers = migrations
        .filter(({ name }) => path.dirname(name) === folder)
        .map(({ name }) => /^(\d{4})_[a-z0-9_]+\.sql$/.exec(path.basename(name))?.[1])
      expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')))
    }
  })

  it('stay as they were recorded; record a new one with `npx vitest run test/tidy.test.ts -u`', async () => {
    const hashes = migrations.map(({ name, text }) => [name, createHash('sha256').update(text).digest('hex')])
    const record = `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`
    await expect(record).toMatchFileSnapshot('migrations.lock.json')
  })
})

describe('package.json', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>

  it('names exact versions', () => {
    const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides']
    const versions = groups.flatMap((group) => Object.entries(manifest[group] ?? {}))
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-r\.\d+)?$/.test(version))).toEqual([])
  })

  // npm leaves packages for other machines out of the lock when they cannot be fetched, and then `npm ci` refuses it.
  it('has a lock that names the optional packages of every platform', () => {
    const lock = JSON.parse(read('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>
    }
    const missing = Object.values(lock.packages).flatMap(({ optionalDependencies = {} }) =>
      Object.keys(optionalDependencies).filter((name) => {
        return !Object.keys(lock.packages).some((key) => key.endsWith(`node_modules/${name}`))
      }),
    )
    expect(missing).toEqual([])
  })

  it('agrees with the deployment on the compatibility date', () => {
    const dates = ['wrangler.toml', 'infra/embedded/runtime.ts'].map((name) => {
      return /^(?:const )?compatibility_?date = ["']([\d-]+)["']/im.exec(read(name))?.[1]
    })
    expect(dates[0]).toMatch(/^\d{4}-\d\d-\d\d$/)
    expect(dates[1]).toBe(dates[0])
  })
})
