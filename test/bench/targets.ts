// The servers that are measured: this project's, as `npm start` runs it, and the bare Worker beside it.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startRuntime } from '../../infra/embedded/runtime.ts'
import type { Credentials } from '../support/address.ts'
import { rootKey } from '../support/server-process.ts'
import { Connection } from './connection.ts'
import type { Answer, Sending } from './connection.ts'
import { requestHead, Signer } from './signer.ts'
import type { HeadToSign } from './signer.ts'

export interface Target {
  url: string
  dataDir: string
  /** workerd's process id. */
  pid(): number | null
  /** The connection of this number, kept alive from slice to slice. */
  connection(index: number): Connection
  /** Request line and headers; signed where the server asks for that. */
  head(request: HeadToSign): Buffer
  /** The same server for somebody else. */
  as(credentials: Credentials): Target
  /** One request outside of any slice. Throws when it is refused. */
  call(request: HeadToSign, sending?: Sending): Promise<Answer>
  /** Ends the server; its data stays. */
  stop(): Promise<void>
  /** Another server on the same data, which may be changed in between. */
  restart(change: () => void): Promise<Target>
  /** Ends the server and removes its data. */
  remove(): Promise<void>
}

interface Server {
  dataDir: string
  entryFile: string
  isSigned: boolean
  /** miniflare's databases are bound. */
  d1?: boolean
  /** Further variables. */
  more?: Record<string, string>
}

const projectRoot = path.join(import.meta.dirname, '..', '..')
// Those of `npm start`, but for the time until extents of replaced objects go: else a run fills gigabytes.
const variables = {
  EDGESHARD_REGION: 'us-east-1',
  EDGESHARD_SHARDS: '2',
  EDGESHARD_BULK: 'files',
  EDGESHARD_GRACE_MS: '5000',
  EDGESHARD_SECRET: 'a-secret-of-the-benchmark-which-is-long-enough',
  ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
  ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
}

const productFile = path.join(projectRoot, 'infra', 'embedded', 'local', 'worker.ts')

export function startProduct(entryFile = productFile): Promise<Target> {
  return start({ dataDir: newFolder(), entryFile, isSigned: true })
}

/** The project behind a proxy that says where requests come from, and that they were encrypted. */
export function startBehindProxy(): Promise<Target> {
  const more = { EDGESHARD_CLIENT_IP_HEADER: 'x-forwarded-for' }
  return start({ dataDir: newFolder(), entryFile: productFile, isSigned: true, more })
}

/** The project without authentication: every request is the root account's. */
export function startOpen(): Promise<Target> {
  return start({ dataDir: newFolder(), entryFile: path.join(import.meta.dirname, 'open-worker.ts'), isSigned: false })
}

export function startCeiling(): Promise<Target> {
  const entryFile = path.join(import.meta.dirname, 'ceiling-worker.ts')
  return start({ dataDir: newFolder(), entryFile, isSigned: false, d1: true })
}

/** The project with another `inlineBytesMax`, built from a copy of its sources. */
export function startWithInline(inlineBytes: number): Promise<Target> {
  const copy = path.join(projectRoot, 'dist', 'bench', `inline-${inlineBytes}`)
  rmSync(copy, { recursive: true, force: true })
  cpSync(path.join(projectRoot, 'src'), copy, { recursive: true })
  const limits = path.join(copy, 'limits.ts')
  const line = /^export const inlineBytesMax = .*$/m
  const text = readFileSync(limits, 'utf8')
  if (!line.test(text)) throw new Error('src/limits.ts has no line for inlineBytesMax')
  writeFileSync(limits, text.replace(line, `export const inlineBytesMax = ${inlineBytes}`))
  return startProduct(path.join(copy, 'worker.ts'))
}

async function start(server: Server): Promise<Target> {
  const { dataDir, entryFile, isSigned, more, d1 = false } = server
  const runtime = await startRuntime({
    host: '127.0.0.1',
    port: 0,
    dataDir,
    entryFile,
    variables: { ...variables, ...more },
    d1,
  })
  const { host, port } = new URL(runtime.url)
  const connections: Connection[] = []
  const connection = (index: number) => (connections[index] ??= new Connection(Number(port)))
  const stop = async () => {
    for (const open of connections) open?.close()
    await runtime.stop()
  }
  const targetFor = (head: Target['head']): Target => ({
    url: runtime.url,
    dataDir,
    pid: () => runtime.pid(),
    connection,
    head,
    as(credentials) {
      const signer = new Signer(credentials, host)
      return targetFor((request) => signer.head(request))
    },
    async call(request, sending = {}) {
      const bodiless = request.method === 'HEAD'
      const answer = await connection(0).send(head(request), { bodiless, ...sending, keep: true })
      if (answer.status < 300) return answer
      throw new Error(`${request.method} ${request.path} answered ${answer.status}: ${answer.body.toString('utf8')}`)
    },
    stop,
    async restart(change) {
      await stop()
      change()
      return start(server)
    },
    async remove() {
      await stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  })
  const unsigned = targetFor((request) => plainHead(request, host))
  return isSigned ? unsigned.as(rootKey) : unsigned
}

function plainHead({ method, path: target, length, headers = {} }: HeadToSign, host: string): Buffer {
  return requestHead(method, target, {
    host,
    ...(length === undefined ? {} : { 'content-length': String(length) }),
    ...headers,
  })
}

/** Gone at the latest when this process ends. */
function newFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}
