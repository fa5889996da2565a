// Signatures have tests of their own; here the caller is whom the test says.
import { accountPrincipal } from '../../src/iam/principal.ts'
import type { VerifiedBody } from '../../src/auth/body.ts'
import type { Identity } from '../../src/auth/identity.ts'

const root: Identity = {
  kind: 'account',
  accountId: '000000000000',
  canonicalId: 'c',
  displayName: 'root',
  accessKeyId: 'ROOTKEY',
  isRoot: true,
  principal: accountPrincipal('000000000000'),
  session: null,
}

export const caller: {
  identity: Identity
  failure: Error | null
  bodyFailure: Error | null
  /** Of the last request. */
  bodyHash: string
} = {
  bodyHash: '',
  identity: root,
  failure: null,
  bodyFailure: null,
}

export function resetCaller(): void {
  Object.assign(caller, { identity: root, failure: null, bodyFailure: null })
}

export async function authenticate({ body, bodyHash }: { body: ReadableStream<Uint8Array> | null; bodyHash: string }) {
  caller.bodyHash = bodyHash
  if (caller.failure !== null) throw caller.failure
  const reader = body?.getReader()
  const verified: VerifiedBody = {
    length: null,
    algorithm: null,
    want: () => {},
    read: async () => {
      const result = await reader?.read()
      return result?.value ?? null
    },
    verify: async () => {
      if (caller.bodyFailure !== null) throw caller.bodyFailure
      return { size: 0, md5: '', checksum: null }
    },
  }
  return { identity: caller.identity, signature: null, body: verified }
}
