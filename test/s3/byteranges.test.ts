import { describe, expect, it } from 'vitest'
import { parseRange } from '../../src/http/range.ts'
import { layoutByteranges, resolveRanges } from '../../src/s3/byteranges.ts'
import type { RangeSpec } from '../../src/http/range.ts'

const specs = (header: string) => parseRange(header) as RangeSpec[]

describe('resolveRanges()', () => {
  it.each([
    [
      'bytes=0-1,-2',
      [
        { offset: 0, length: 2 },
        { offset: 8, length: 2 },
      ],
    ],
    ['bytes=0-0,20-30', [{ offset: 0, length: 1 }]],
    ['bytes=20-30,40-', 'unsatisfiable'],
    ['bytes=0-,0-', 'whole'],
    [
      'bytes=0-4,5-9',
      [
        { offset: 0, length: 5 },
        { offset: 5, length: 5 },
      ],
    ],
  ])('%s of ten bytes', (header, expected) => {
    expect(resolveRanges(specs(header), 10)).toEqual(expected)
  })
  it('ignores more than 64 ranges', () => {
    const header = `bytes=${Array.from({ length: 65 }, (_, index) => `${index}-${index}`).join(',')}`
    expect(resolveRanges(specs(header), 1000)).toBe('whole')
  })
})

describe('layoutByteranges()', () => {
  const ranges = [
    { offset: 0, length: 2 },
    { offset: 8, length: 2 },
  ]
  const layout = layoutByteranges(ranges, { size: 10, contentType: 'text/plain' }, 'B')
  const bytes = new TextEncoder().encode('0123456789')

  it('writes what RFC 9110 section 14.6 shows, in the length it announced', async () => {
    const stream = layout.body(({ offset, length }) => Promise.resolve(bytes.slice(offset, offset + length)))
    const text = await new Response(stream).text()
    expect(text).toBe(
      '--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01' +
        '\r\n--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--B--\r\n',
    )
    expect(layout.contentLength).toBe(text.length)
    expect(layout.contentType).toBe('multipart/byteranges; boundary=B')
  })

  it('opens a range when its turn comes, and cancels the open one when the client goes', async () => {
    let opened = 0
    let cancelled = 0
    const stream = layout.body(() => {
      opened++
      return Promise.resolve(
        new ReadableStream<Uint8Array>({
          pull: (controller) => controller.enqueue(new Uint8Array(1)),
          cancel() {
            cancelled++
          },
        }),
      )
    })
    const reader = stream.getReader()
    await reader.read()
    await reader.read()
    await reader.cancel()
    expect([opened, cancelled]).toEqual([1, 1])
  })

  it('fails when a range fails', async () => {
    const stream = layout.body(() => Promise.reject(new Error('damaged')))
    await expect(new Response(stream).text()).rejects.toThrow('damaged')
  })
})
