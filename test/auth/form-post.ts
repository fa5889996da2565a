// Posts a form to `authenticate` and reads its file: what the tests of forms share.
import { authenticate } from '../../src/auth/authenticate.ts'
import { formType } from '../support/form-body.ts'
import { accessKey, accessKeyId, authRequest, now, outcome, streamOf } from './doubles.ts'
import { policyFields } from './signers.ts'
import type { AccessKey } from '../../src/auth/identity.ts'
import type { AuthSettings } from '../../src/auth/settings.ts'

export const bucket = 'sigv4examplebucket'

export interface Posted {
  body: Uint8Array
  key?: AccessKey | null
  settings?: AuthSettings
  headers?: Record<string, string>
  url?: string
  split?: (body: Uint8Array) => Uint8Array[]
  readBytes?: number
  at?: number
}

/** The file's bytes, the fields and the identity, or the error. */
export async function post({
  body,
  key = accessKey,
  settings,
  headers,
  url,
  split,
  readBytes = 1 << 20,
  at = now,
}: Posted) {
  const copy = new Uint8Array(body)
  const request = authRequest({
    method: 'POST',
    url: url ?? `http://${bucket}.s3.amazonaws.com/`,
    headers: { 'content-type': formType, ...headers },
    body: streamOf(...(split?.(copy) ?? [copy])),
    formBucket: bucket,
    now: at,
  })
  const tokens: (string | null)[] = []
  const pieces: Uint8Array[] = []
  let fields: Record<string, string> = {}
  let kind = ''
  const failed = await outcome(
    (async () => {
      const found = await authenticate(
        request,
        async (id, token) => {
          tokens.push(token)
          return id === accessKeyId ? key : null
        },
        settings,
      )
      kind = found.identity.kind
      fields = Object.fromEntries(found.form?.fields ?? [])
      for (;;) {
        const piece = await found.body.read(readBytes)
        if (piece === null) break
        pieces.push(piece.slice())
      }
      await found.body.verify()
    })(),
  )
  if (failed !== 'ok') return failed
  return { kind, fields, tokens, file: Buffer.concat(pieces).toString('latin1') }
}

export const conditions = [{ bucket }, ['starts-with', '$key', 'user/'], ['content-length-range', 0, 100]]
export const policy = (more: unknown[] = []) => ({
  expiration: '2013-05-24T01:00:00Z',
  conditions: [...conditions, ...more],
})
const covered = (fields: Record<string, string>) => Object.keys(fields).map((name) => ['starts-with', `$${name}`, ''])
export const authFields = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Date'].map((name) => [
  'starts-with',
  `$${name}`,
  '',
])

/** Fields of an upload by a policy that allows them. */
export function signedFields(
  version: 2 | 4,
  fields: Record<string, string> = {},
  more: unknown[] = [],
  key?: string,
): Record<string, string> {
  const all = { key: 'user/${filename}', ...fields }
  const extra = version === 4 ? authFields : []
  return { ...all, ...policyFields(policy([...covered(fields), ...extra, ...more]), version, key) }
}
