import { flushStatement } from '../../src/store/tables/catalogue.ts'
import type { CatalogueMutation, CatalogueRow, CatalogueUpload } from '../../src/store/tables/catalogue.ts'

/** A row as a shard would send it; `seq` also makes its version id. */
export function row(seq: number, facts: Partial<CatalogueRow> = {}): CatalogueRow {
  return {
    seq,
    versionId: `v${seq}`,
    marker: false,
    latest: true,
    etag: 'd41d8cd98f00b204e9800998ecf8427e',
    size: seq * 10,
    modified: 1_700_000_000_000 + seq,
    storageClass: 'STANDARD',
    checksumAlgorithm: 'CRC64NVME',
    checksumType: 'FULL_OBJECT',
    owner: '123456789012',
    ...facts,
  }
}

export function marker(seq: number, facts: Partial<CatalogueRow> = {}): CatalogueRow {
  return row(seq, { marker: true, etag: '', size: 0, checksumAlgorithm: null, checksumType: null, ...facts })
}

export function upload(uploadId: string, facts: Partial<CatalogueUpload> = {}): CatalogueUpload {
  return {
    uploadId,
    initiated: 1_700_000_000_000,
    storageClass: 'STANDARD',
    checksumAlgorithm: null,
    checksumType: null,
    owner: '123456789012',
    ...facts,
  }
}

/** Brings any number of mutations into a bucket's catalogue, by one shard. */
export async function flushInBatches(
  db: D1Database,
  bucketId: string,
  mutations: Omit<CatalogueMutation, 'seq'>[],
): Promise<void> {
  for (let at = 0; at < mutations.length; at += 50) {
    const batch = mutations.slice(at, at + 50).map((mutation, index) => ({ ...mutation, seq: at + index + 1 }))
    await flushStatement(db, { shardId: `${bucketId}.0`, bucketId }, batch)
  }
}
