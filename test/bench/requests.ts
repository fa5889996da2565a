// Operations on a target: requests made ready beforehand, and answers that are checked.
import type { Body } from './connection.ts'
import type { HeadToSign } from './signer.ts'
import type { Operation, Source } from './slice.ts'
import type { Target } from './targets.ts'

export const KiB = 1024
export const MiB = 1024 * KiB

export interface Expected {
  status: number
  /** Of the answer's body; not looked at where left out. */
  bytes?: number
}

/** One request. The answer's status and length must be these. */
export function operation(target: Target, request: HeadToSign, expected: Expected, body?: Body): Operation {
  const length = body === undefined ? undefined : body.piece.length * body.times
  const head = target.head({ ...request, ...(length === undefined ? {} : { length }) })
  const sending = { bodiless: request.method === 'HEAD', ...(body === undefined ? {} : { body }) }
  return async (connection) => {
    const { status, bytes } = await connection.send(head, sending)
    if (status === expected.status && bytes === (expected.bytes ?? bytes)) return
    throw new Error(`${request.method} ${request.path} answered ${status} with ${bytes} bytes`)
  }
}

/** Each operation once. */
export function once(operations: Operation[]): Source {
  let index = 0
  return () => operations[index++] ?? null
}

/** One after the other, again and again. */
export function over(operations: Operation[]): Source {
  let index = 0
  return () => operations[index++ % operations.length] ?? null
}

const bodies = new Map<number, Body>()

/** A body of this size, made once. */
export function bodyOf(bytes: number): Body {
  const body = bodies.get(bytes) ?? newBody(bytes)
  bodies.set(bytes, body)
  return body
}

/** Bytes that no compression or zero detection makes cheaper. */
function newBody(bytes: number): Body {
  const piece = Buffer.alloc(Math.min(bytes, MiB))
  let state = 1
  for (let index = 0; index < piece.length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    piece[index] = state >> 16
  }
  return { piece, times: bytes / piece.length }
}

/** Runs operations outside of any slice, `connections` at a time. */
export async function runAll(target: Target, operations: Operation[], connections = 8): Promise<void> {
  const next = once(operations)
  const work = async (index: number): Promise<void> => {
    for (let one = next(); one !== null; one = next()) await one(target.connection(index))
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => work(index)))
}
