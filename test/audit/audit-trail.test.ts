import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { auditTrail } from '../../src/audit/audit-trail.ts'
import { renderMetrics } from '../../src/metrics.ts'
import type { AuditFacts } from '../../src/audit/audit-record.ts'
import type { Env } from '../../src/env.ts'

let lines: string[] = []

beforeEach(() => {
  lines = []
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(String(line)))
})

afterEach(() => void vi.restoreAllMocks())

const trailOf = (env: Partial<Env>) => auditTrail(env as Env, () => {}, false)
const denied = { verdicts: [], isUnverified: false, error: { code: 'AccessDenied' } }
const nothing = { verdicts: [], isUnverified: false, error: null }

const facts: Omit<AuditFacts, 'clientIpHeader'> = {
  service: 's3',
  request: new Request('http://127.0.0.1/b/k', { method: 'PUT', headers: { 'x-real-ip': '203.0.113.9' } }),
  requestId: 'ID',
  now: 0,
  identity: null,
  operation: 'PutObject',
  ...nothing,
  bucket: 'b',
  key: 'k',
  versionId: null,
  parameters: {},
  status: 200,
}

const counted = (name: string) =>
  Number(
    renderMetrics()
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.split(' ')
      .at(-1) ?? 0,
  )

describe('auditTrail()', () => {
  it.each([
    ['log', nothing, false, false],
    ['log', nothing, true, true],
    ['log', denied, false, true],
    ['off', nothing, true, false],
    ['off', denied, true, false],
  ] as const)(
    'with EDGESHARD_AUDIT=%s is concerned with %j, changing: %s: %s',
    (mode, answered, isMutating, expected) => {
      expect(trailOf({ EDGESHARD_AUDIT: mode }).concerns('s3', answered, isMutating)).toBe(expected)
    },
  )

  it('is on without a setting', () => {
    expect(trailOf({}).concerns('s3', nothing, true)).toBe(true)
  })

  it.each(['log', 'off'])('counts denials with EDGESHARD_AUDIT=%s', (mode) => {
    const name = 'edgeshard_denied_requests_total{service="admin",denial="AccessDenied"}'
    const before = counted(name)
    trailOf({ EDGESHARD_AUDIT: mode }).concerns('admin', denied, false)
    expect(counted(name)).toBe(before + 1)
  })

  it('writes one line for a record, and takes the client from the trusted header', () => {
    trailOf({ EDGESHARD_CLIENT_IP_HEADER: 'x-real-ip' }).write(facts)
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ audit: { requestId: 'ID', from: { address: '203.0.113.9' } } })
    expect(counted('edgeshard_audit_records_total{service="s3",outcome="undecided"}')).toBeGreaterThan(0)
  })
})
