import { describe, expect, it } from 'vitest'
import { locationHint } from '../../src/store/location.ts'

describe('locationHint()', () => {
  it.each([
    ['', null],
    ['auto', null],
    ['EU', 'weur'],
    ['eu-central-1', 'weur'],
    ['eu-north-1', 'eeur'],
    ['us-east-2', 'enam'],
    ['us-west-2', 'wnam'],
    ['ap-southeast-2', 'oc'],
    ['ap-northeast-1', 'apac'],
    ['sa-east-1', 'sam'],
    ['af-south-1', 'afr'],
    ['me-central-1', 'me'],
  ])('takes %j for %j', (location, hint) => {
    expect(locationHint(location)).toBe(hint)
  })
})
