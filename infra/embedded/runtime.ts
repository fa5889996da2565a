// The Worker on this machine: workerd under miniflare 4. The only file that knows miniflare.
// No entry worker stands before ours (`unsafeDirectSockets`): it would cost three quarters of the requests per second
// and normalise the path. infra/decisions/0001-embedded-runtime.md has the measurements.
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Readable } from 'node:stream'
import type { Miniflare, MiniflareOptions } from 'miniflare'
import { flushToken } from '../../src/audit/flush-token.ts'
import { bundleWorker } from './bundle.ts'
import type { Bundle } from './bundle.ts'
import { startFileDigests } from './file-digests-thread.ts'
import type { FileDigestsThread } from './file-digests-thread.ts'
import { readMigrations } from './migrations.ts'
import { loadMiniflare } from './plain-sockets.ts'
import type { LogTarget } from './settings.ts'
import { launcherEnvironment, waitForPreviousRuntime, watchWorkerdProcesses } from './workerd-process.ts'

export interface RuntimeOptions {
  host: string
  /** 0: any free port. */
  port: number
  /** Absolute; exists, and no other runtime uses it. */
  dataDir: string
  /** What the Worker is started with, secrets included: the text members of `Env`. */
  variables: Record<string, string>
  /** Binds BULK to miniflare's R2. */
  r2?: boolean
  /** Binds CONTROL and CATALOG_0 to miniflare's D1, without migrations: for a Worker that has no Database class. */
  d1?: boolean
  /** Where the Worker's log lines go. Default `file`: access.log in the data folder. */
  log?: LogTarget
  /** The Worker's source. Default infra/embedded/local/worker.ts. */
  entryFile?: string
}

export interface Runtime {
  /** `http://127.0.0.1:9000`, with the port it really has. */
  url: string
  /** workerd's process id; null once it ended. */
  pid(): number | null
  /** Takes no new request, lets those in flight finish (at most `drainMilliseconds`), ends. */
  stop(): Promise<void>
  /** Ends workerd at once, as a crash would. */
  kill(): Promise<void>
  /** Resolves when the runtime ended, whoever asked for it. */
  ended: Promise<void>
}

/** Why a runtime could not be started, as a sentence for whoever started it. */
export class StartProblem extends Error {}

export const accessLogName = 'access.log'
const compatibilityDate = '2026-11-17'
const drainMilliseconds = 5_000
const flushMilliseconds = 2_000
const readyMilliseconds = 15_000
/** How miniflare names the objects that keep its D1 databases; their ids depend on it. */
const databaseFolder = 'miniflare-D1DatabaseObject'
const projectRoot = path.join(import.meta.dirname, '..', '..')

/** Builds (when needed), starts, migrates and waits until requests will succeed. Throws StartProblem. */
export async function startRuntime(options: RuntimeOptions): Promise<Runtime> {
  const pidFile = path.join(options.dataDir, 'runtime.pid')
  const bundle = await bundleWorker(options.entryFile).catch(buildProblem)
  await waitForPreviousRuntime(pidFile)
  adoptDatabases(options.dataDir)
  await assertPortFree(options.host, options.port)
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  const processes = watchWorkerdProcesses(pidFile)
  const { Miniflare: Start } = await loadMiniflare()
  const digests = await startFileDigests(options.dataDir, filesFolder(options.dataDir))
  const start = () => new Start(miniflareOptions(options, bundle, digests))
  const miniflare = processes.run(() => withoutSignalHandlers(start))
  let disposed: Promise<void> | null = null
  const dispose = () => {
    disposed ??= miniflare.dispose().finally(async () => {
      await digests?.close()
      processes.close()
      end()
    })
    return disposed
  }
  processes.onExit(({ asked, description }) => {
    // Disposed within the exit event, miniflare does not take the end for a crash; after any other end it restarts.
    if (asked) void dispose()
    else if (disposed === null) process.stderr.write(`edgeshard: workerd ended (${description}), it is started again\n`)
  })
  let url = ''
  const stop = async () => {
    await flushAudit(url, options.variables)
    await processes.drain(drainMilliseconds)
    await dispose()
  }
  try {
    url = await becomeReady(miniflare)
    return { url, pid: () => processes.pid(), kill: dispose, stop, ended }
  } catch (error) {
    await dispose().catch(() => undefined)
    throw startProblem(error)
  }
}

/** Miniflare's D1 kept the databases that are now objects of the class Database; their files stay the same. */
function adoptDatabases(dataDir: string): void {
  const before = path.join(dataDir, 'd1', databaseFolder)
  const now = path.join(dataDir, 'do', databaseFolder)
  if (!existsSync(before) || existsSync(now)) return
  mkdirSync(path.dirname(now), { recursive: true })
  renameSync(before, now)
}

function migrations(): Record<string, { name: string; sql: string }[]> {
  const folder = path.join(projectRoot, 'migrations')
  return {
    CONTROL: readMigrations(path.join(folder, 'control')),
    CATALOG_0: readMigrations(path.join(folder, 'catalog')),
  }
}

/** The URL at which requests succeed from now on. */
async function becomeReady(miniflare: Miniflare): Promise<string> {
  await miniflare.ready
  const direct = await miniflare.unsafeGetDirectURL()
  await waitUntilReady(direct.origin)
  return direct.origin
}

/** Audit records that are gathered for a bucket: workerd would end without writing them. The log has them in any case. */
async function flushAudit(url: string, variables: Record<string, string>): Promise<void> {
  const { EDGESHARD_AUDIT_BUCKET: bucket, EDGESHARD_SECRET: secret } = variables
  if (bucket === undefined || secret === undefined) return
  const headers = { authorization: flushToken(secret) }
  const signal = AbortSignal.timeout(flushMilliseconds)
  await fetch(`${url}/-/flush`, { method: 'POST', headers, signal }).catch(() => undefined)
}

function filesFolder(dataDir: string): string {
  return path.join(dataDir, 'files')
}

function miniflareOptions(
  options: RuntimeOptions,
  bundle: Bundle,
  digests: FileDigestsThread | null,
): MiniflareOptions {
  const { dataDir, log = 'file' } = options
  const files = filesFolder(dataDir)
  mkdirSync(files, { recursive: true })
  const accessLog = { file: path.join(dataDir, accessLogName), off: '/dev/null', stdout: null }[log]
  return {
    // miniflare's own server, which we do not use, stays on the loopback.
    host: '127.0.0.1',
    port: 0,
    cf: false,
    unsafeDirectSockets: [{ host: options.host, port: options.port }],
    modules: [
      { type: 'ESModule', path: bundle.entry, contents: readFileSync(bundle.entry, 'utf8') },
      ...bundle.wasmFiles.map((file) => ({
        type: 'CompiledWasm' as const,
        path: file,
        contents: new Uint8Array(readFileSync(file)),
      })),
    ],
    modulesRoot: bundle.folder,
    compatibilityDate,
    bindings: { ...options.variables, MIGRATIONS: migrations() },
    durableObjects: {
      KEY_SHARD: { className: 'KeyShard', useSQLite: true },
      VOLUME: { className: 'Volume', useSQLite: true },
      SELECT_NODE: { className: 'SelectNode', useSQLite: true },
      ...(options.d1 === true
        ? {}
        : {
            DATABASE: { className: 'Database', useSQLite: true, unsafeUniqueKey: databaseFolder },
            KEEPER: { className: 'Keeper', useSQLite: true, unsafePreventEviction: true },
          }),
    },
    ...(options.d1 === true ? { d1Databases: ['CONTROL', 'CATALOG_0'], d1Persist: path.join(dataDir, 'd1') } : {}),
    durableObjectsPersist: path.join(dataDir, 'do'),
    ...(options.r2 === true ? { r2Buckets: ['BULK'], r2Persist: path.join(dataDir, 'r2') } : {}),
    serviceBindings: {
      FILES: { disk: { path: files, writable: true } },
      ...(digests === null ? {} : { FILE_DIGESTS: { external: { address: `unix:${digests.socket}`, http: {} } } }),
    },
    unsafeRuntimeEnv: launcherEnvironment(accessLog),
    handleRuntimeStdio: forwardOutput,
  }
}

function forwardOutput(stdout: Readable, stderr: Readable): void {
  stdout.on('data', (chunk: Uint8Array) => process.stdout.write(chunk))
  stderr.on('data', (chunk: Uint8Array) => process.stderr.write(chunk))
}

/** miniflare ends the process on a signal, at once; ours lets requests finish first. */
function withoutSignalHandlers<Result>(start: () => Result): Result {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const before = new Map(signals.map((signal) => [signal, new Set(process.listeners(signal))]))
  const result = start()
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (before.get(signal)?.has(listener) !== true) process.removeListener(signal, listener)
    }
  }
  return result
}

/** workerd would say it in its own words, and only after a second. */
async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenProblem(error, host, port)))
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()))
  })
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): StartProblem {
  const address = `${host}:${port}`
  switch (error.code) {
    case 'EADDRINUSE':
      return new StartProblem(`Port ${port} of ${host} is in use; set EDGESHARD_PORT to another one.`)
    case 'EACCES':
      return new StartProblem(`Listening on ${address} is not permitted; ports below 1024 need more rights.`)
    case 'EADDRNOTAVAIL':
      return new StartProblem(`This machine has no address ${host}; set EDGESHARD_HOST to one it has.`)
    case undefined:
    default:
      return new StartProblem(`Listening on ${address} failed: ${error.message}`)
  }
}

/** esbuild has printed what is wrong where. */
function buildProblem(error: unknown): never {
  throw error instanceof Error && 'errors' in error ? new StartProblem('The Worker could not be built.') : error
}

function startProblem(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'ERR_ADDRESS_IN_USE') return new StartProblem(error.message)
  if (error.code === 'ERR_RUNTIME_FAILURE') return new StartProblem(`workerd did not start: ${error.message}`)
  return error
}

async function waitUntilReady(origin: string): Promise<void> {
  const deadline = Date.now() + readyMilliseconds
  for (;;) {
    const response = await fetch(`${origin}/-/ready`)
    const answer = await response.text()
    if (response.status === 200) return
    if (Date.now() > deadline) throw new StartProblem(`The Worker is not ready: ${response.status} ${answer}`)
    await sleep(20)
  }
}
