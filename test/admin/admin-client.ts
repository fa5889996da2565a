// Calls the admin API's handlers as the root account would, over a database in memory.
import { handleAdmin } from '../../src/admin/admin.ts'
import type { Env } from '../../src/env.ts'
import { sqliteD1 } from '../support/sqlite-d1.ts'
import { silentAudit } from '../support/silent-audit.ts'

export interface AdminReply {
  status: number
  headers: Headers
  /** Undefined where there is no body. */
  body: unknown
}

export function testEnv(database: D1Database = sqliteD1('control').db): Env {
  return {
    CONTROL: database,
    EDGESHARD_SECRET: 'a deployment secret of thirty-two characters',
    ROOT_ACCESS_KEY_ID: 'ROOTKEY',
    ROOT_SECRET_ACCESS_KEY: 'root-secret',
  } as unknown as Env
}

/** `call('POST', '/accounts', {…})`: paths are relative to /-/admin. A string goes out as it is. */
export function adminClient(env: Env): (method: string, path: string, body?: unknown) => Promise<AdminReply> {
  return async (method, path, body) => {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://127.0.0.1:9000/-/admin${path}`, {
      method,
      ...(text !== undefined && { body: text }),
    })
    const response = await handleAdmin(request, env, silentAudit)
    const answer = await response.text()
    return { status: response.status, headers: response.headers, body: answer === '' ? undefined : JSON.parse(answer) }
  }
}
