// Single signed requests about one bucket, and its listings as plain data. Keys are ASCII that needs no encoding.
import type { Endpoint, SignedRequest } from './endpoint.ts'

export interface ListedRow {
  key: string
  etag: string
  size: number
}

export interface ListedVersionRow {
  key: string
  versionId: string
  isLatest: boolean
  isMarker: boolean
}

export interface BucketCalls {
  readonly bucket: string
  send(method: string, key: string, request?: SignedRequest): Promise<Response>
  put(key: string, body: string | Uint8Array, headers?: Record<string, string>): Promise<Response>
  get(key: string, query?: Record<string, string>): Promise<Response>
  remove(key: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<Response>
  /** CopyObject from `bucket/key`. */
  copy(key: string, source: string): Promise<Response>
  /** An upload id; throws on any other answer. */
  createUpload(key: string): Promise<string>
  uploadPart(key: string, uploadId: string, part: { number: number; body: Uint8Array }): Promise<Response>
  complete(key: string, uploadId: string, etags: string[]): Promise<Response>
  abort(key: string, uploadId: string): Promise<Response>
  /** All pages, of the keys that begin with `prefix`. */
  list(version?: 1 | 2, prefix?: string): Promise<ListedRow[]>
  listVersions(prefix?: string): Promise<ListedVersionRow[]>
  listUploads(prefix?: string): Promise<{ key: string; uploadId: string }[]>
}

export function callsOf(server: Pick<Endpoint, 'fetchSigned'>, bucket: string): BucketCalls {
  const send = (method: string, key: string, request: SignedRequest = {}) =>
    server.fetchSigned(method, key === '' ? `/${bucket}` : `/${bucket}/${key}`, request)
  const pages = (query: Record<string, string>, next: Record<string, string>) => allPages(send, query, next)

  return {
    bucket,
    send,
    put: (key, body, headers = {}) => send('PUT', key, { body, headers }),
    get: (key, query = {}) => send('GET', key, { query }),
    remove: (key, query = {}, headers = {}) => send('DELETE', key, { query, headers }),
    copy: (key, source) => send('PUT', key, { headers: { 'x-amz-copy-source': `/${source}` } }),
    async createUpload(key) {
      const answer = await expectOk(await send('POST', key, { query: { uploads: '' } }))
      return field(answer, 'UploadId')
    },
    uploadPart: (key, uploadId, { number, body }) =>
      send('PUT', key, { query: { partNumber: String(number), uploadId }, body }),
    complete(key, uploadId, etags) {
      const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
      const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
      return send('POST', key, { query: { uploadId }, body })
    },
    abort: (key, uploadId) => send('DELETE', key, { query: { uploadId } }),
    async list(version = 2, prefix = '') {
      const found =
        version === 2
          ? await pages({ 'list-type': '2', prefix }, { 'continuation-token': 'NextContinuationToken' })
          : // Without a delimiter there is no NextMarker: the last key is the marker.
            await pages({ prefix }, { marker: 'Key' })
      return found.flatMap((page) => elements(page, 'Contents')).map(listedRow)
    },
    async listVersions(prefix = '') {
      const found = await pages(
        { versions: '', prefix },
        { 'key-marker': 'NextKeyMarker', 'version-id-marker': 'NextVersionIdMarker' },
      )
      return found.flatMap(versionRows)
    },
    async listUploads(prefix = '') {
      const found = await pages(
        { uploads: '', prefix },
        { 'key-marker': 'NextKeyMarker', 'upload-id-marker': 'NextUploadIdMarker' },
      )
      return found
        .flatMap((page) => elements(page, 'Upload'))
        .map((text) => ({ key: field(text, 'Key'), uploadId: field(text, 'UploadId') }))
    },
  }
}

/** The code of an error answer; empty for any other. */
export async function errorCode(response: Response): Promise<string> {
  return /<Code>([^<]*)</.exec(await response.text())?.[1] ?? ''
}

/** `next`: query parameter of the next page → the element that gives it (its last occurrence). */
async function allPages(
  send: BucketCalls['send'],
  query: Record<string, string>,
  next: Record<string, string>,
): Promise<string[]> {
  const pages: string[] = []
  for (let further = {}; ;) {
    const page = await expectOk(await send('GET', '', { query: { ...query, ...further } }))
    pages.push(page)
    if (field(page, 'IsTruncated') !== 'true') return pages
    further = Object.fromEntries(Object.entries(next).map(([name, element]) => [name, elements(page, element).at(-1)]))
  }
}

async function expectOk(response: Response): Promise<string> {
  const text = await response.text()
  if (!response.ok) throw new Error(`The answer was ${response.status} ${text}`)
  return text
}

function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map((match) => match[1] ?? '')
}

function field(xml: string, name: string): string {
  return elements(xml, name)[0] ?? ''
}

function listedRow(text: string): ListedRow {
  return {
    key: field(text, 'Key'),
    etag: field(text, 'ETag').replaceAll('&quot;', '"'),
    size: Number(field(text, 'Size')),
  }
}

/** Versions and delete markers as the page mixes them. */
function versionRows(page: string): ListedVersionRow[] {
  return [...page.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map(([, element, text = '']) => ({
    key: field(text, 'Key'),
    versionId: field(text, 'VersionId'),
    isLatest: field(text, 'IsLatest') === 'true',
    isMarker: element === 'DeleteMarker',
  }))
}
