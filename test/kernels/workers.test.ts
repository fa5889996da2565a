// The digests once more inside workerd: other code paths are taken there (DigestStream, subtle MD5), and the Wasm is a module.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { build } from 'esbuild'
import { Miniflare } from 'miniflare'
import { expect, it } from 'vitest'
import type { ChecksumAlgorithm } from '../../src/kernels/checksum.ts'
import { digestOnce } from '../../src/kernels/digest.ts'
import { hex, randomBytes } from './digest.contract.ts'

const folder = resolve(import.meta.dirname, '../../src/kernels')

const worker = `
import { createDigest, digestOnce } from './digest.ts'
export default {
  async fetch(request) {
    const algorithm = new URL(request.url).searchParams.get('algorithm')
    const bytes = new Uint8Array(await request.arrayBuffer())
    const digest = createDigest(algorithm)
    for (let at = 0; at < bytes.length; at += 100_000) await digest.update(bytes.subarray(at, at + 100_000))
    const answers = [await digest.finish(), await createDigest(algorithm).finish(), await digestOnce(algorithm, bytes)]
    return Response.json(answers.map((answer) => answer.toHex()))
  },
}`

it('every digest gives in workerd what it gives in Node', async () => {
  const { outputFiles } = await build({
    stdin: { contents: worker, resolveDir: folder, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    external: ['node:*', '*.wasm'],
  })
  const miniflare = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: outputFiles[0]!.text },
      { type: 'CompiledWasm', path: 'wasm/kernels.wasm', contents: await readFile(`${folder}/wasm/kernels.wasm`) },
    ],
    compatibilityDate: '2026-07-30',
    compatibilityFlags: ['nodejs_compat'],
  })
  try {
    const bytes = randomBytes(250_000, 21)
    for (const [algorithm, nodeName] of Object.entries(algorithms) as [ChecksumAlgorithm, string | null][]) {
      for (const body of [bytes, bytes.subarray(0, 5)]) {
        const response = await miniflare.dispatchFetch(`http://test/?algorithm=${algorithm}`, { method: 'POST', body })
        const expected = hex(await digestOnce(algorithm, body))
        const nothing = hex(await digestOnce(algorithm, new Uint8Array(0)))
        expect(await response.json(), algorithm).toEqual([expected, nothing, expected])
        if (nodeName !== null) expect(expected).toBe(createHash(nodeName).update(body).digest('hex'))
      }
    }
  } finally {
    await miniflare.dispose()
  }
})

/** All algorithms, and Node's name where it has the algorithm too. */
const algorithms: Record<ChecksumAlgorithm, string | null> = {
  CRC32: null,
  CRC32C: null,
  CRC64NVME: null,
  SHA1: 'sha1',
  SHA256: 'sha256',
  SHA512: 'sha512',
  MD5: 'md5',
  XXHASH64: null,
  XXHASH3: null,
  XXHASH128: null,
}
