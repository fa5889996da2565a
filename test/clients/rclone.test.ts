// rclone with its S3 backend: as provider Other, which addresses buckets by path, and as AWS, which does it by host.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findClient, rcloneEnvironment, runCommand } from '../support/clients.ts'
import { startForwardProxy } from '../support/forward-proxy.ts'
import type { ForwardProxy } from '../support/forward-proxy.ts'
import { fileKeys, sampleBytes, sampleSizes } from '../support/samples.ts'
import { sharedServer, uniqueBucketName } from '../support/shared-server.ts'

const server = sharedServer()
const folder = mkdtempSync(path.join(tmpdir(), 'edgeshard-rclone-'))
const tree = path.join(folder, 'tree')
const found = await findClient('rclone')
const reason = 'skip' in found ? found.skip : null
const sizes = Object.entries(sampleSizes)

beforeAll(() => {
  for (const key of fileKeys) {
    mkdirSync(path.dirname(path.join(tree, key)), { recursive: true })
    writeFileSync(path.join(tree, key), key)
  }
  for (const [name, size] of sizes) writeFileSync(path.join(tree, name), sampleBytes(size))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe.skipIf(reason !== null).each(['Other', 'AWS'])(`rclone ${reason ?? 'as provider %s'}`, (provider) => {
  const bucket = uniqueBucketName('rclone')
  const remote = `edge:${bucket}`
  let proxy: ForwardProxy | null = null

  /** What a call that must succeed printed. */
  async function rclone(...args: string[]): Promise<string> {
    const command = 'command' in found ? found.command : ''
    const environment = {
      ...rcloneEnvironment(`http://localhost:${server.port}`, server),
      RCLONE_CONFIG_EDGE_PROVIDER: provider,
      HTTP_PROXY: proxy?.url ?? '',
    }
    const { code, stdout, stderr } = await runCommand(command, args, { environment })
    if (code !== 0) throw new Error(`rclone ${args.join(' ')} ended with ${code}: ${stderr}`)
    return stdout
  }

  beforeAll(async () => {
    proxy = await startForwardProxy(server.port)
    await rclone('mkdir', remote)
  })

  afterAll(() => {
    // Go asks no proxy for localhost itself.
    expect([...(proxy?.hosts ?? [])]).toEqual(provider === 'AWS' ? [`${bucket}.localhost:${server.port}`] : [])
    proxy?.close()
  })

  it('copies a tree up, and every hash agrees', async () => {
    // Multipart from 5 MiB on, as it does by itself from 200 MiB on.
    await rclone('copy', '--s3-upload-cutoff', '5M', tree, `${remote}/tree`)
    await rclone('check', '--one-way', tree, `${remote}/tree`)
    await rclone('check', '--download', tree, `${remote}/tree`)
  })

  it('copies the tree back as it was', async () => {
    const back = path.join(folder, `back-${provider}`)
    await rclone('copy', `${remote}/tree`, back)
    for (const key of fileKeys) expect(readFileSync(path.join(back, key), 'utf8')).toBe(key)
    for (const [name, size] of sizes) expect(readFileSync(path.join(back, name)).equals(sampleBytes(size))).toBe(true)
  })

  it('lists files and folders', async () => {
    const top = (await rclone('lsf', `${remote}/tree`)).trim().split('\n')
    const names = [...new Set(fileKeys.map((key) => key.replace(/\/.*/, '/')))]
    expect(top.toSorted()).toEqual([...names, ...sizes.map(([name]) => name)].toSorted())
    const all = (await rclone('lsf', '--recursive', '--files-only', '--fast-list', `${remote}/tree`)).trim().split('\n')
    expect(all.toSorted()).toEqual([...fileKeys, ...sizes.map(([name]) => name)].toSorted())
  })

  it('has nothing to transfer when it syncs again, times of files included', async () => {
    const again = await rclone('sync', '--dry-run', '--use-json-log', '--stats-one-line', tree, `${remote}/tree`)
    expect(again).toBe('')
    const modified = await rclone('lsf', '--format', 't', '--s3-no-head=false', `${remote}/tree/plain.txt`)
    expect(modified.trim()).not.toBe('')
  })

  it('moves and removes on the server', async () => {
    await rclone('copyto', `${remote}/tree/severalParts`, `${remote}/moved/a b+c`)
    await rclone('moveto', `${remote}/moved/a b+c`, `${remote}/moved/ü`)
    expect(await rclone('lsf', `${remote}/moved`)).toBe('ü\n')
    const file = path.join(folder, `moved-${provider}`)
    await rclone('copyto', `${remote}/moved/ü`, file)
    expect(readFileSync(file).equals(sampleBytes(sampleSizes.severalParts))).toBe(true)
    await rclone('delete', `${remote}/moved`)
    expect(await rclone('lsf', `${remote}/moved`)).toBe('')
  })

  it('sync removes what is gone, purge the bucket', async () => {
    const less = path.join(folder, `less-${provider}`)
    mkdirSync(less)
    writeFileSync(path.join(less, 'only'), 'x')
    await rclone('sync', less, `${remote}/tree`)
    expect(await rclone('lsf', '--recursive', '--files-only', remote)).toBe('tree/only\n')
    await rclone('purge', remote)
    expect(await rclone('lsf', 'edge:')).not.toContain(bucket)
  })
})
