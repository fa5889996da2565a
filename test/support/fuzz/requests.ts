// Request number n of a run, ready to be sent.
import { isUtf8 } from 'node:buffer'
import { churnDraft } from './churn.ts'
import { documentDraft } from './documents.ts'
import type { Draft } from './draft.ts'
import { copyDraft, fieldDraft } from './fields.ts'
import { garbledDraft, lineDraft, presignedDraft, stolenDraft } from './forgeries.ts'
import { framedDraft } from './framings.ts'
import { queryDraft } from './queries.ts'
import { randomOf } from './random.ts'
import type { Random } from './random.ts'
import { sign } from './sign.ts'
import type { World } from './world.ts'

export interface FuzzRequest {
  index: number
  label: string
  method: string
  bytes: Buffer
  /** Whoever wrote HTTP, no request may end here: a connection of its own. */
  isOdd: boolean
  /** Signed by the book and sent as it was signed. */
  isSound: boolean
}

type Generator = (random: Random, world: World) => Draft

/** How many of a hundred. */
const generators: readonly [parts: number, generator: Generator][] = [
  [22, queryDraft],
  [20, fieldDraft],
  [17, documentDraft],
  [8, churnDraft],
  [8, framedDraft],
  [7, copyDraft],
  [5, presignedDraft],
  [4, stolenDraft],
  [6, lineDraft],
  [3, garbledDraft],
]

/** The same seed, number and world give the same request, but for its time and ids the server made. */
export function requestOf(seed: number, index: number, world: World): FuzzRequest {
  const random = randomOf(seed, index)
  const draft = generatorOf(random.below(100))(random, world)
  sign(draft, world.host, Date.now())
  draft.tamper?.(draft)
  const bytes = Buffer.concat([head(draft), body(random, draft)])
  return {
    index,
    label: draft.label,
    method: draft.method,
    bytes: draft.garble?.(bytes) ?? bytes,
    isOdd: draft.garble !== undefined || draft.tamper !== undefined || draft.label === 'line',
    isSound: isSound(draft),
  }
}

function isSound({ label, path, query, signer, headers, tamper, garble, isForged }: Draft): boolean {
  if (signer === null || label === 'line' || isForged === true) return false
  if (tamper !== undefined || garble !== undefined) return false
  // The runtime leaves a fragment out of the URL.
  if (`${path}${query}`.includes('#')) return false
  // The runtime hands over other bytes as U+FFFD, and repeated headers joined by `, `, which a value may hold itself.
  const names = headers.map(([name]) => name.toLowerCase())
  const isRepeated = new Set(names).size < names.length
  return headers.every(([, value]) => isUtf8(Buffer.from(value, 'latin1')) && !(isRepeated && value.includes(', ')))
}

function generatorOf(chance: number): Generator {
  let left = chance
  for (const [parts, generator] of generators) {
    if (left < parts) return generator
    left -= parts
  }
  return queryDraft
}

function head({ method, path, query, headers, absolute, host }: Draft): Buffer {
  const target = `${path}${query === '' ? '' : `?${query}`}`
  const authority = host ?? headers.find(([name]) => name === 'Host')?.[1] ?? ''
  const line = `${method} ${absolute === true ? `http://${authority}` : ''}${target} HTTP/1.1\r\n`
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`${line}${fields}\r\n`, 'latin1')
}

function body(random: Random, draft: Draft): Buffer {
  const bytes = Buffer.from(draft.body)
  if (draft.framing !== 'chunked') return bytes
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    const chunk = bytes.subarray(at, at + 1 + random.below(20_000))
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'))
    at += chunk.length
  }
  return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')])
}
