// A server of a test's own: for tests that kill it, restart it or need other settings. The rest use sharedServer().
import { serverAt } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'
import { startServerProcess } from './server-process.ts'
import type { ServerOptions, ServerProcess } from './server-process.ts'

export type TestServer = Endpoint & ServerProcess

/** Starts a server (about a second) and waits until requests succeed. Stop it in the test's `afterEach` or `afterAll`. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const running = await startServerProcess(options)
  return { ...running, ...serverAt(running) }
}
