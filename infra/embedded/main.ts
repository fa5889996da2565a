// `npm start`: the embedded server, from its environment to its last signal.
import path from 'node:path'
import { rotateAccessLog } from './access-log.ts'
import { openDataFolder } from './data-folder.ts'
import type { DataFolder, RootKey } from './data-folder.ts'
import { removeLeftovers } from './leftovers.ts'
import { accessLogName, startRuntime, StartProblem } from './runtime.ts'
import type { Runtime } from './runtime.ts'
import { readSettings } from './settings.ts'
import type { Settings } from './settings.ts'

const exitCodes = { stopped: 0, failed: 1, badSettings: 2 }
const rotateEveryMilliseconds = 60_000

await main()

async function main(): Promise<void> {
  const result = readSettings(process.env)
  if ('problem' in result) return leave(exitCodes.badSettings, result.problem)
  for (const name of result.unknown) say(`${name} is not a setting and has no effect.`)
  const { settings } = result

  const data = openFolder(settings.dataDir)
  if (typeof data === 'string') return leave(exitCodes.failed, data)
  const rootKey = settings.rootKey ?? data.rootKey()
  // A signal during the start is kept until there is something to stop.
  const stopRequested = nextStopRequest()
  const startedAt = Date.now()
  let runtime: Runtime
  try {
    runtime = await startRuntime({
      ...settings,
      dataDir: data.path,
      variables: {
        ...settings.variables,
        EDGESHARD_SECRET: settings.secret ?? data.secret(),
        ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
      },
    })
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error
    return leave(exitCodes.failed, error.message)
  }
  process.stdout.write(greeting({ runtime, settings, data, rootKey }))

  // Beside the requests: a large store has many folders.
  void removeLeftovers(path.join(data.path, 'files'), startedAt)
  const log = path.join(data.path, accessLogName)
  setInterval(() => void rotateAccessLog(log).catch(reportRotation), rotateEveryMilliseconds).unref()
  await Promise.race([stopRequested, runtime.ended])
  await runtime.stop()
  data.close()
  process.exit(exitCodes.stopped)
}

function openFolder(folder: string): DataFolder | string {
  try {
    const inUse = `Another server uses the data folder ${path.resolve(folder)}; stop it, or set EDGESHARD_DATA_DIR to another one.`
    return openDataFolder(folder) ?? inUse
  } catch (error) {
    return `The data folder ${path.resolve(folder)} cannot be used: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Resolves at the first signal, or when the process that started us is gone. Later ones change nothing. */
function nextStopRequest(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    process.on('disconnect', () => resolve())
  })
}

function greeting(facts: { runtime: Runtime; settings: Settings; data: DataFolder; rootKey: RootKey }): string {
  const { runtime, settings, data, rootKey } = facts
  const region = settings.variables['EDGESHARD_REGION'] ?? ''
  const secretShown = settings.rootKey === null ? rootKey.secretAccessKey : '(as set in ROOT_SECRET_ACCESS_KEY)'
  const secretUsed = settings.rootKey === null ? rootKey.secretAccessKey : '"$ROOT_SECRET_ACCESS_KEY"'
  return `ready ${runtime.url}

access key   ${rootKey.accessKeyId}
secret key   ${secretShown}
data folder  ${data.path}

  export AWS_ACCESS_KEY_ID=${rootKey.accessKeyId} AWS_SECRET_ACCESS_KEY=${secretUsed}
  export AWS_ENDPOINT_URL=${runtime.url} AWS_REGION=${region}
  aws s3 mb s3://first-bucket && aws s3 cp README.md s3://first-bucket/ && aws s3 ls s3://first-bucket
`
}

function reportRotation(error: unknown): void {
  say(`The access log could not be rotated: ${String(error)}`)
}

function say(sentence: string): void {
  process.stderr.write(`edgeshard: ${sentence}\n`)
}

function leave(code: number, sentence: string): void {
  say(sentence)
  process.exit(code)
}
