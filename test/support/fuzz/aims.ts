// Where a request goes and who sends it.
import type { Credentials } from '../address.ts'
import { octets, percentEncode } from './draft.ts'
import type { Draft } from './draft.ts'
import type { Random } from './random.ts'
import { oddText } from './values.ts'
import type { World } from './world.ts'

export type Level = 'service' | 'bucket' | 'object'

export interface Aim {
  signer: Credentials | null
  bucket: string
  /** Not encoded, one character for each byte; empty for the bucket itself. */
  key: string
}

/** Mostly the attacker at its own data; sometimes the attacker at the victim's, or nobody at either. */
export function aimOf(random: Random, world: World, level: Level): Aim {
  const chance = random.below(100)
  const bucket = random.pick(chance < 70 || chance >= 95 ? world.own : world.foreign)
  const signer = chance < 87 ? world.attacker : null
  return { signer, bucket, key: level === 'object' ? keyOf(random, world) : '' }
}

function keyOf(random: Random, world: World): string {
  if (random.chance(3, 4)) return octets(random.pick(world.keys))
  const text = oddText(random)
  return text === '' ? 'x' : text
}

export function pathOf(random: Random, { bucket, key }: Pick<Aim, 'bucket' | 'key'>): string {
  if (key === '') return random.chance(1, 8) ? `/${bucket}/` : `/${bucket}`
  return `/${bucket}/${encodedKey(random, key)}`
}

/** As SDKs do it, or in another way that means the same. */
function encodedKey(random: Random, key: string): string {
  const encoded = percentEncode(key)
  if (random.chance(3, 4)) return encoded.replaceAll('%2F', '/')
  return random.chance(1, 2) ? encoded.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()) : encoded
}

/** A request to an aim, with nothing odd about it. */
export function draftTo(random: Random, { label, method, aim }: { label: string; method: string; aim: Aim }): Draft {
  return {
    label,
    method,
    path: pathOf(random, aim),
    query: '',
    headers: [],
    body: new Uint8Array(),
    signer: aim.signer,
    place: 'header',
    payload: 'hashed',
    framing: 'length',
  }
}
