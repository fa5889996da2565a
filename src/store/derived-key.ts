// Keys made out of the deployment's secret, one for each purpose: HKDF-SHA-256 (RFC 5869). No key serves two purposes, so
// that what is sealed for one can never be opened as another. No D1 here.
import { assert } from '../assert.ts'

export interface Purpose {
  /** Names the purpose and its version; part of every key that is derived for it. */
  label: string
  /** What the key is for: AES-256-GCM, or HMAC-SHA-256. */
  use: 'sealing' | 'authentication'
}

const algorithms = {
  sealing: [{ name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']],
  authentication: [{ name: 'HMAC', hash: 'SHA-256', length: 256 }, ['sign', 'verify']],
} as const

// One deployment has one secret and a handful of purposes; tests have several.
const derivedKeys = new Map<string, CryptoKey>()

/** The same key for the same secret and purpose; cached in the isolate. */
export async function derivedKey(deploymentSecret: string, { label, use }: Purpose): Promise<CryptoKey> {
  const name = `${label}\n${deploymentSecret}`
  const known = derivedKeys.get(name)
  if (known !== undefined) return known
  assert(deploymentSecret.length >= 32, 'EDGESHARD_SECRET has at least 32 characters')
  const encoder = new TextEncoder()
  const material = await crypto.subtle.importKey('raw', encoder.encode(deploymentSecret), 'HKDF', false, ['deriveKey'])
  const derivation = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: encoder.encode(label) }
  const [algorithm, usages] = algorithms[use]
  const key = await crypto.subtle.deriveKey(derivation, material, algorithm, false, [...usages])
  derivedKeys.set(name, key)
  return key
}
