// The process of a test's server: `npm start` in a process group of its own, on a free port, in a new data folder.
// Loads no SDK, since vitest's global setup imports it.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Address, Credentials } from './address.ts'

export interface ServerOptions {
  /** Further environment variables of the server. */
  environment?: Record<string, string>
  /** A data folder to start in; it is kept by `stop`. Default: a new one, removed by `stop`. */
  dataDir?: string
}

export interface ServerProcess extends Address {
  /** workerd's process id, for memory and processor time. */
  workerdPid(): number
  /** What the server printed so far. */
  output(): string
  /** Ends as Ctrl-C would; resolves to the exit code. The data folder goes when it was made here. */
  stop(): Promise<number | null>
  /** SIGKILL to every process of the server, in the middle of whatever it does. */
  kill9(): Promise<void>
  /** SIGKILL to the process that `npm start` made, and to nothing else. */
  killLauncher(): void
  /** Starts again on the same port and data, after `kill9` or instead of `stop`. */
  restart(): Promise<void>
}

export const rootKey: Credentials = {
  accessKeyId: 'EDGESHARDTESTROOT001',
  secretAccessKey: 'testrootsecret00000000000000000000000001',
}

const launcher = path.join(import.meta.dirname, '..', '..', 'infra', 'start.mjs')
const startMilliseconds = 60_000

interface Running {
  child: ChildProcess
  url: string
  exited: Promise<number | null>
}

/** Starts a server and waits until requests succeed. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? mkdtempSync(path.join(tmpdir(), 'edgeshard-'))
  const output: string[] = []
  const start = (port: number) => launch({ ...options, dataDir }, port, output)
  let running = await start(0)
  const port = Number(new URL(running.url).port)

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    signalGroup(running.child, signal)
    return running.exited
  }

  return {
    url: running.url,
    dataDir,
    ...rootKey,
    workerdPid: () => Number(readFileSync(path.join(dataDir, 'runtime.pid'), 'utf8')),
    output: () => output.join(''),
    async stop() {
      const code = await end('SIGTERM')
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true })
      return code
    },
    async kill9() {
      await end('SIGKILL')
    },
    killLauncher: () => void running.child.kill('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      running = await start(port)
    },
  }
}

async function launch(options: ServerOptions & { dataDir: string }, port: number, output: string[]): Promise<Running> {
  const environment = {
    ...process.env,
    EDGESHARD_PORT: String(port),
    EDGESHARD_DATA_DIR: options.dataDir,
    ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
    ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
    ...options.environment,
  }
  const child = spawn(process.execPath, [launcher], {
    env: environment,
    // With the channel, the server notices when the tests are killed, and ends.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  })
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
  })
  const url = await readyUrl(child, exited, output)
  return { child, url, exited }
}

/** The URL of the line `ready <url>`. */
function readyUrl(child: ChildProcess, exited: Promise<unknown>, output: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      signalGroup(child, 'SIGKILL')
      reject(new Error(`The server ${why}; it printed:\n${output.join('')}`))
    }
    const timer = setTimeout(() => fail('was not ready in time'), startMilliseconds)
    const first = output.length
    let ready = false
    const onChunk = (chunk: Uint8Array) => {
      output.push(Buffer.from(chunk).toString('utf8'))
      const url = /^ready (\S+)$/m.exec(output.slice(first).join(''))?.[1]
      if (url === undefined) return
      ready = true
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', onChunk)
    child.stderr?.on('data', onChunk)
    void exited.then(() => {
      clearTimeout(timer)
      if (!ready) fail('ended')
    })
  })
}

/** A group outlives its first process, so its absence is the only answer that means nothing is left. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
