import { readdir, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blockBytes, pieceBytes } from '../../src/limits.ts'
import { age, randomBytes, segmentOf, startBulk } from '../contract/bulk-harness.ts'
import type { BulkHarness } from '../contract/bulk-harness.ts'
import { bulkStoreContract, newName } from '../contract/bulk-store.contract.ts'

bulkStoreContract('files')

/** The byte that `spoilUnseen` flips, as a read gives it. */
async function spoiltByte(response: Response): Promise<number | undefined> {
  return response.status === 200 ? new Uint8Array(await response.arrayBuffer())[5] : undefined
}

describe('FilesStore', () => {
  let bulk: BulkHarness
  beforeAll(async () => {
    bulk = await startBulk('files')
  })
  afterAll(() => bulk.dispose())

  const bytes = randomBytes(pieceBytes, 1)

  /** Flips a bit and makes the file look as it did. */
  async function spoilUnseen(extent: string): Promise<void> {
    const { atime, mtime } = await stat(bulk.file(extent))
    await bulk.spoil(extent, { offset: 5 })
    await utimes(bulk.file(extent), atime, mtime)
  }

  it('passes a file on unread once it has verified it, until it looks changed', async () => {
    const written = await bulk.write(newName(), bytes)
    await age(bulk.file(written.extent), 60)
    expect(await bulk.verify(written)).toBe('intact')
    await spoilUnseen(written.extent)
    // This is the price: bytes that change without a trace within `verifiedMilliseconds` are not noticed.
    expect(await spoiltByte(await bulk.read([segmentOf(written)]))).toBe((bytes[5] ?? 0) ^ 1)
    expect(await spoiltByte(await bulk.read([segmentOf(written, 0, blockBytes)]))).toBe((bytes[5] ?? 0) ^ 1)
    await age(bulk.file(written.extent), 50)
    expect((await bulk.read([segmentOf(written, 0, blockBytes)])).status).toBe(410)
    expect((await bulk.read([segmentOf(written)])).status).toBe(410)
    expect((await bulk.read([segmentOf(written, blockBytes)])).status).toBe(200)
  })

  it('remembers a read as a verification of the blocks it touched', async () => {
    const whole = await bulk.write(newName(), bytes)
    await age(bulk.file(whole.extent), 60)
    await (await bulk.read([segmentOf(whole)])).arrayBuffer()
    await spoilUnseen(whole.extent)
    expect(await spoiltByte(await bulk.read([segmentOf(whole)]))).toBe((bytes[5] ?? 0) ^ 1)

    const partly = await bulk.write(newName(), bytes)
    await age(bulk.file(partly.extent), 60)
    await (await bulk.read([segmentOf(partly, 3, blockBytes)])).arrayBuffer()
    await spoilUnseen(partly.extent)
    expect(await spoiltByte(await bulk.read([segmentOf(partly, 0, 2 * blockBytes)]))).toBe((bytes[5] ?? 0) ^ 1)
    expect((await bulk.read([segmentOf(partly, 0, 2 * blockBytes + 1)])).status).toBe(410)
    expect((await bulk.read([segmentOf(partly)])).status).toBe(410)
  })

  it('remembers nothing of blocks that were not read to their end', async () => {
    const written = await bulk.write(newName(), bytes)
    await age(bulk.file(written.extent), 60)
    await bulk.spoil(written.extent, { offset: bytes.byteLength - 1 })
    await age(bulk.file(written.extent), 60)
    // The damage lies in the last piece: the answer begins, and breaks off.
    const broken = await bulk.read([segmentOf(written)])
    await expect(broken.arrayBuffer()).rejects.toThrow()
    await bulk.spoil(written.extent, { offset: 5 })
    await age(bulk.file(written.extent), 60)
    expect((await bulk.read([segmentOf(written, 0, blockBytes)])).status).toBe(410)
  })

  it('does not trust a file of this second, in which another change would not show', async () => {
    const written = await bulk.write(newName(), bytes)
    expect(await bulk.verify(written)).toBe('intact')
    await spoilUnseen(written.extent)
    expect((await bulk.read([segmentOf(written, 0, blockBytes)])).status).toBe(410)
  })

  it('scrubs the bytes themselves and forgets what it trusted', async () => {
    const written = await bulk.write(newName(), bytes)
    await age(bulk.file(written.extent), 60)
    expect(await bulk.verify(written)).toBe('intact')
    await spoilUnseen(written.extent)
    expect(await bulk.verify(written)).toBe('damaged')
    expect((await bulk.read([segmentOf(written, 0, blockBytes)])).status).toBe(410)
  })

  it('leaves no temporary file after an abort and refuses names that are paths', async () => {
    const extent = newName()
    await bulk.writeAnswer(extent, bytes as Uint8Array<ArrayBuffer>, {
      size: bytes.byteLength,
      piece: 1000,
      abortAt: 5000,
    })
    expect(await readdir(path.dirname(bulk.file(extent)))).toEqual([])
    for (const name of ['../../../x', 'ab/cd/efgh', '.kj-tmp.1', 'ABCDEFGH', 'abc', '']) {
      expect((await bulk.writeAnswer(name, 'bytes', { size: 5 })).status, name).toBe(500)
    }
  })
})
