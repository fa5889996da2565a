// Secrets at rest: AES-256-GCM under a key derived by HKDF-SHA-256 from the deployment's secret (RFC 5869), with the access
// key's id as additional data, so that a sealed secret moved to another row does not open. No D1 here.
import { Buffer } from 'node:buffer'
import { assert } from '../assert.ts'

/** Names the format, so that another can follow. */
const version = 'v1.'
const ivBytes = 12
const purpose = new TextEncoder().encode('edgeshard access key secrets v1')

// One deployment has one secret; tests have several.
const derivedKeys = new Map<string, CryptoKey>()

/** `v1.` and the Base64 of initialisation vector, ciphertext and tag. */
export async function sealSecret(deploymentSecret: string, accessKeyId: string, secret: string): Promise<string> {
  const key = await derivedKey(deploymentSecret)
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const sealed = await crypto.subtle.encrypt(gcm(iv, accessKeyId), key, new TextEncoder().encode(secret))
  return version + Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
}

/** Throws when the text was sealed under another secret or for another access key. */
export async function openSecret(deploymentSecret: string, accessKeyId: string, sealed: string): Promise<string> {
  assert(sealed.startsWith(version), 'A sealed secret has a known format')
  const bytes = Buffer.from(sealed.slice(version.length), 'base64')
  const key = await derivedKey(deploymentSecret)
  try {
    const algorithm = gcm(bytes.subarray(0, ivBytes), accessKeyId)
    return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(ivBytes)))
  } catch (cause) {
    throw new Error(`Cannot open the secret of ${accessKeyId}: EDGESHARD_SECRET is not the one it was sealed under`, {
      cause,
    })
  }
}

function gcm(iv: Uint8Array, accessKeyId: string) {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(accessKeyId) }
}

async function derivedKey(deploymentSecret: string): Promise<CryptoKey> {
  const known = derivedKeys.get(deploymentSecret)
  if (known !== undefined) return known
  assert(deploymentSecret.length >= 32, 'EDGESHARD_SECRET has at least 32 characters')
  const material = await crypto.subtle.importKey('raw', new TextEncoder().encode(deploymentSecret), 'HKDF', false, [
    'deriveKey',
  ])
  const key = await crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: purpose },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt', 'decrypt'],
  )
  derivedKeys.set(deploymentSecret, key)
  return key
}
