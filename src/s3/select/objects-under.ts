// The objects under a prefix as a query over all of them reads them: listed page by page and opened one by one, as far as needed.
import { S3Error } from '../../errors.ts'
import { listKeysMax } from '../../limits.ts'
import { openOther, type StoredObject } from './object-source.ts'
import type { Context } from '../operation.ts'

export interface KeyedObject {
  key: string
  source: StoredObject
}

/**
 * In the order of their keys, without those that have no byte. Whoever asks for the next one is done with the one before.
 * Throws AccessDenied where one may not be read, UnsupportedStorageClass where one cannot.
 */
export async function* objectsUnder(
  prefix: string,
  context: Context,
  { ahead }: { ahead: boolean },
): AsyncGenerator<KeyedObject, void, undefined> {
  for await (const key of keysUnder(prefix, context)) {
    const source = await openListed(key, context, ahead)
    if (source === null) continue
    try {
      yield { key, source }
    } finally {
      await source.close()
    }
  }
}

async function* keysUnder(prefix: string, { store, bucket }: Context): AsyncGenerator<string, void, undefined> {
  let after: string | null = ''
  while (after !== null) {
    const query = { prefix, delimiter: '', after, afterVersion: null, limit: listKeysMax }
    const page = await store.listObjects(bucket, query)
    let last: string | null = null
    for (const item of page.entries) {
      if (item.kind !== 'entry') continue
      last = item.entry.key
      if (item.entry.size > 0) yield item.entry.key
    }
    after = page.isTruncated ? last : null
  }
}

/** Null where it went away since it was listed. */
async function openListed(key: string, context: Context, ahead: boolean): Promise<StoredObject | null> {
  try {
    return await openOther({ bucket: context.bucket, key, versionId: null, ahead }, context)
  } catch (error) {
    if (error instanceof S3Error && error.code === 'NoSuchKey') return null
    throw error
  }
}
