// A multipart upload as one operation, and what stands for it on the bare Worker: as many files as it has parts.
import { numbered } from './loads.ts'
import { bodyOf, MiB, operation, runAll } from './requests.ts'
import type { Operation, Plan } from './slice.ts'
import type { Target } from './targets.ts'

const partBytes = 8 * MiB
const partConnections = 4

/** Create, parts of 8 MiB over four connections, complete. Signed while the clock runs: a part needs the upload's id. */
export function multipartUpload(target: Target, path: string, bytes: number): Plan {
  return () => () => async () => {
    const created = await target.call({ method: 'POST', path, query: { uploads: '' } })
    const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(created.body.toString('utf8'))?.[1] ?? ''
    const etags = numbered(bytes / partBytes, () => '')
    const parts = etags.map((_, index): Operation => {
      return async (connection) => {
        const query = { partNumber: String(index + 1), uploadId }
        const head = target.head({ method: 'PUT', path, query, length: partBytes })
        const answer = await connection.send(head, { body: bodyOf(partBytes) })
        etags[index] = /\r\netag: *([^\r]*)/i.exec(answer.head)?.[1] ?? ''
      }
    })
    await runAll(target, parts, partConnections)
    const listed = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
    const piece = Buffer.from(`<CompleteMultipartUpload>${listed.join('')}</CompleteMultipartUpload>`)
    const request = { method: 'POST' as const, path, query: { uploadId }, length: piece.length }
    const completed = await target.call(request, { body: { piece, times: 1 } })
    if (!completed.body.includes('<ETag>')) throw new Error(`Complete answered ${completed.body.toString('utf8')}`)
  }
}

export function bareParts(target: Target, folder: string, bytes: number): Plan {
  return () => () => async () => {
    const puts = numbered(bytes / partBytes, (index) => {
      return operation(target, { method: 'PUT', path: `${folder}/part-${index}` }, { status: 200 }, bodyOf(partBytes))
    })
    await runAll(target, puts, partConnections)
  }
}
