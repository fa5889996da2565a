// The server that all files of the project `server` share. Use buckets of your own; a test that kills its server or
// needs other settings starts one with startServer().
import { inject } from 'vitest'
import { serverAt } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

export function sharedServer(): Endpoint {
  return serverAt(inject('server'))
}

let names = 0

/** A bucket name nobody else uses: `<topic>-<something>`. */
export function uniqueBucketName(topic: string): string {
  names += 1
  return `${topic}-${Date.now().toString(36)}-${process.pid.toString(36)}-${names}`
}
