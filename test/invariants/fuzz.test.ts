// Whatever is sent: an answer that S3 could give, nothing of anybody else's, nothing changed that may not be, and a
// server that goes on. EDGESHARD_FUZZ_REQUESTS=100000 for a long run, EDGESHARD_FUZZ_SEED to repeat one.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { audit } from '../support/audit.ts'
import { fuzz, summaryOf } from '../support/fuzz/run.ts'
import type { Report } from '../support/fuzz/run.ts'
import { createWorld, victimData } from '../support/fuzz/world.ts'
import type { World } from '../support/fuzz/world.ts'
import { startServer } from '../support/server.ts'
import type { TestServer } from '../support/server.ts'

const requests = Number(process.env['EDGESHARD_FUZZ_REQUESTS'] ?? 5000)
const seed = Number(process.env['EDGESHARD_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const millisecondsMax = 60_000 + requests * 20

// A folder of our own is kept when the server stops: it is looked through then.
const dataDir = mkdtempSync(path.join(tmpdir(), 'edgeshard-fuzz-'))

let server: TestServer
let world: World
let report: Report
let before: unknown[]
/** Characters the server printed when it started. */
let greeting: number
const megabytes: number[] = []

beforeAll(async () => {
  process.stdout.write(`fuzz: ${requests} requests, EDGESHARD_FUZZ_SEED=${seed}\n`)
  server = await startServer({ dataDir })
  world = await createWorld(server, seed)
  greeting = server.output().length
  before = await victimData(world)
  report = await fuzz(world, { port: server.port, seed, requests, afterRound: noteMemory })
}, millisecondsMax)

afterAll(async () => {
  await server.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

/** workerd's resident megabytes, where the system tells. */
function noteMemory(): void {
  const status = `/proc/${server.workerdPid()}/status`
  if (!existsSync(status)) return
  megabytes.push(Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]) / 1024))
}

it('answers every request as S3 could', () => {
  const isLong = process.env['EDGESHARD_FUZZ_REQUESTS'] !== undefined
  if (isLong)
    process.stdout.write(`${summaryOf(report)}
megabytes: ${megabytes.join(' ')}
`)
  expect(report.failures.join('\n\n'), `EDGESHARD_FUZZ_SEED=${seed}`).toBe('')
})

it('leaves the data of another account as it was', async () => {
  expect(await victimData(world)).toEqual(before)
})

it('logs no fault: JSON lines of requests and of their audit alone', () => {
  expect(server.output().slice(greeting)).toBe('')
  const lines = readFileSync(path.join(dataDir, 'access.log'), 'utf8').trim().split('\n')
  expect(lines.filter((line) => !isLineOfRequest(line))).toEqual([])
})

/** The line of a request, or its audit record; neither has a signature or a stack. */
function isLineOfRequest(line: string): boolean {
  try {
    const parsed = JSON.parse(line) as { requestId?: string; audit?: { requestId?: string } }
    return (parsed.audit ?? parsed).requestId !== undefined && !/X-Amz-Signature(?!, X-Amz)|"stack"/i.test(line)
  } catch {
    return false
  }
}

it('keeps its memory', () => {
  expect(Math.max(...megabytes)).toBeLessThan(1000)
})

it('goes on: its databases and files agree after it has stopped', async () => {
  expect((await fetch(`${server.url}/-/ready`)).status).toBe(200)
  const code = await server.stop()
  expect(code).toBe(0)
  const { problems, versions, files } = audit(dataDir)
  expect(problems).toEqual([])
  expect(Math.min(versions, files)).toBeGreaterThan(0)
})
