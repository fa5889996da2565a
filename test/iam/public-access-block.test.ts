import { describe, expect, it } from 'vitest'
import {
  effectivePublicAccessBlock,
  fullPublicAccessBlock,
  noPublicAccessBlock,
  publicAccessSettings,
  readPublicAccessBlock,
} from '../../src/iam/public-access-block.ts'

const only = (setting: string) => JSON.stringify({ ...noPublicAccessBlock, [setting]: true })

describe('effectivePublicAccessBlock()', () => {
  it('blocks nothing where nothing is stored', () => {
    expect(effectivePublicAccessBlock(undefined, null)).toEqual(noPublicAccessBlock)
    expect(readPublicAccessBlock(null)).toEqual(noPublicAccessBlock)
  })

  it.each(publicAccessSettings)('takes %s from the bucket and from the account', (setting) => {
    const expected = { ...noPublicAccessBlock, [setting]: true }
    expect(effectivePublicAccessBlock(only(setting), null)).toEqual(expected)
    expect(effectivePublicAccessBlock(undefined, only(setting))).toEqual(expected)
    expect(effectivePublicAccessBlock(only(setting), JSON.stringify(noPublicAccessBlock))).toEqual(expected)
  })

  it('takes the stricter of both, setting by setting', () => {
    expect(effectivePublicAccessBlock(only('BlockPublicAcls'), only('RestrictPublicBuckets'))).toEqual({
      ...noPublicAccessBlock,
      BlockPublicAcls: true,
      RestrictPublicBuckets: true,
    })
    expect(effectivePublicAccessBlock(JSON.stringify(fullPublicAccessBlock), null)).toEqual(fullPublicAccessBlock)
  })
})
