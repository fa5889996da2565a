import { describe, expect, it } from 'vitest'
import { hostId, requestId } from '../../src/http/request-id.ts'

describe('requestId()', () => {
  it('is sixteen upper-case characters and never the same twice', () => {
    const ids = Array.from({ length: 5000 }, requestId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[0-9A-Z]{16}$/)
  })
})

describe('hostId()', () => {
  it('is base64 and stays', () => {
    expect(hostId()).toMatch(/^[A-Za-z0-9+/]{76}$/)
    expect(hostId()).toBe(hostId())
  })
})
