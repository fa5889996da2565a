// Secrets at rest: AES-256-GCM under a key derived from the deployment's secret, with the access key's id as
// additional data, so that a sealed secret moved to another row does not open. No D1 here.
import { Buffer } from 'node:buffer'
import { assert } from '../assert.ts'
import { derivedKey, type Purpose } from './derived-key.ts'

/** Names the format, so that another can follow. */
const version = 'v1.'
const ivBytes = 12
const purpose: Purpose = { label: 'edgeshard access key secrets v1', use: 'sealing' }

/** `v1.` and the Base64 of initialisation vector, ciphertext and tag. */
export async function sealSecret(deploymentSecret: string, accessKeyId: string, secret: string): Promise<string> {
  const key = await derivedKey(deploymentSecret, purpose)
  const iv = crypto.getRandomValues(new Uint8Array(ivBytes))
  const sealed = await crypto.subtle.encrypt(gcm(iv, accessKeyId), key, new TextEncoder().encode(secret))
  return version + Buffer.concat([iv, new Uint8Array(sealed)]).toString('base64')
}

/** Throws when the text was sealed under another secret or for another access key. */
export async function openSecret(deploymentSecret: string, accessKeyId: string, sealed: string): Promise<string> {
  assert(sealed.startsWith(version), 'A sealed secret has a known format')
  const bytes = Buffer.from(sealed.slice(version.length), 'base64')
  const key = await derivedKey(deploymentSecret, purpose)
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
