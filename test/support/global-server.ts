// vitest's global setup of the project `server`: one server for all its files, since starting one takes a second.
import type { TestProject } from 'vitest/node'
import type { Address } from './address.ts'
import { startServerProcess } from './server-process.ts'

declare module 'vitest' {
  interface ProvidedContext {
    server: Address
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startServerProcess()
  const { url, accessKeyId, secretAccessKey, dataDir } = server
  project.provide('server', { url, accessKeyId, secretAccessKey, dataDir })
  return async () => {
    await server.stop()
  }
}
