import { describe, expect, it } from 'vitest'
import {
  effectiveBlock,
  everythingBlocked,
  nothingBlocked,
  publicAccessSwitches,
  readBlock,
} from '../../src/iam/public-access-block.ts'

const only = (setting: string) => JSON.stringify({ ...nothingBlocked, [setting]: true })

describe('effectiveBlock()', () => {
  it('blocks nothing where nothing is stored', () => {
    expect(effectiveBlock(undefined, null)).toEqual(nothingBlocked)
    expect(readBlock(null)).toEqual(nothingBlocked)
  })

  it.each(publicAccessSwitches)('takes %s from the bucket and from the account', (setting) => {
    const expected = { ...nothingBlocked, [setting]: true }
    expect(effectiveBlock(only(setting), null)).toEqual(expected)
    expect(effectiveBlock(undefined, only(setting))).toEqual(expected)
    expect(effectiveBlock(only(setting), JSON.stringify(nothingBlocked))).toEqual(expected)
  })

  it('takes the stricter of both, setting by setting', () => {
    expect(effectiveBlock(only('BlockPublicAcls'), only('RestrictPublicBuckets'))).toEqual({
      ...nothingBlocked,
      BlockPublicAcls: true,
      RestrictPublicBuckets: true,
    })
    expect(effectiveBlock(JSON.stringify(everythingBlocked), null)).toEqual(everythingBlocked)
  })
})
