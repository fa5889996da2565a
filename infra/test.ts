// `npm test` and `npm run check`: every check of the project; the last line is `N passed, N failed, N skipped`.
// Format, lint, types and the deployment's dry run count as one test each, `--quick` runs only them and the pure tests.
// Further arguments name test files, as vitest takes them.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

interface Counts {
  passed: number
  failed: number
  skipped: number
}

interface Check {
  name: string
  /** A script below node_modules and its arguments. */
  command: string[]
}

const projectRoot = path.join(import.meta.dirname, '..')
const scratch = mkdtempSync(path.join(tmpdir(), 'edgeshard-test-'))

const checks: Check[] = [
  { name: 'format', command: ['oxfmt/bin/oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint/bin/oxlint', '--type-aware'] },
  { name: 'types', command: ['typescript/bin/tsc', '--project', '.'] },
  {
    name: 'deployment (dry run)',
    command: ['wrangler/bin/wrangler.js', 'deploy', '--dry-run', '--outdir', path.join(scratch, 'deploy')],
  },
]

process.exit(await main(process.argv.slice(2)))

async function main(given: string[]): Promise<number> {
  const quick = given.includes('--quick')
  const files = given.filter((argument) => argument !== '--quick')
  const total: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const check of files.length === 0 ? checks : []) {
    const passes = await runCheck(check)
    total[passes ? 'passed' : 'failed'] += 1
  }
  const tests = await runTests(quick ? ['--project', 'pure', ...files] : files)
  rmSync(scratch, { recursive: true, force: true })
  const passed = total.passed + tests.passed
  const failed = total.failed + tests.failed
  process.stdout.write(`${passed} passed, ${failed} failed, ${total.skipped + tests.skipped} skipped\n`)
  return failed === 0 ? 0 : 1
}

/** Silent when it passes. */
async function runCheck({ name, command }: Check): Promise<boolean> {
  const started = performance.now()
  const { code, output } = await run(command, 'pipe')
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)\n`)
  if (code !== 0) process.stdout.write(output)
  return code === 0
}

/** vitest, whose JSON report is counted. A file or a hook that fails without a failing test counts as one. */
async function runTests(selection: string[]): Promise<Counts> {
  const report = path.join(scratch, 'report.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  const { code } = await run(['vitest/vitest.mjs', 'run', ...reporters, ...selection], 'inherit')
  const counts = countTests(report)
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

function countTests(report: string): Counts {
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
  const facts = new Map(Object.entries(typeof parsed === 'object' && parsed !== null ? parsed : {}))
  const count = (name: string) => Number(facts.get(name) ?? 0)
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests'),
    skipped: count('numPendingTests') + count('numTodoTests'),
  }
}

function run([script = '', ...args]: string[], output: 'pipe' | 'inherit') {
  const environment = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: process.env['CI'] ?? 'true' }
  const child = spawn(process.execPath, [path.join(projectRoot, 'node_modules', script), ...args], {
    cwd: projectRoot,
    stdio: ['ignore', output, output],
    env: environment,
  })
  const chunks: Uint8Array[] = []
  const keep = (chunk: Uint8Array) => chunks.push(chunk)
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return new Promise<{ code: number; output: string }>((resolve) => {
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }))
  })
}
