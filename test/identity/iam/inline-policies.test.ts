import { beforeEach, describe, expect, it } from 'vitest'
import { iamWorld, pages, plain, policyOf, trustEverybody, members } from '../../support/iam-world.ts'
import type { IamWorld } from '../../support/iam-world.ts'

let world: IamWorld

const document = policyOf({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' })

const names = (result: Parameters<typeof members>[0]) => members(result, 'PolicyNames').map((name) => name.text)

function padded(pad: string): string {
  return policyOf({ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::b/${pad}` })
}

/** A policy of so many characters. */
function sized(characters: number): string {
  return padded('k'.repeat(characters - padded('').length))
}

beforeEach(async () => {
  world = await iamWorld()
  await world.ok('CreateUser', { UserName: 'Bob' })
  await world.ok('CreateGroup', { GroupName: 'Bob' })
  await world.ok('CreateRole', { RoleName: 'Bob', AssumeRolePolicyDocument: trustEverybody })
})

describe.each([
  ['User', 2048],
  ['Group', 5120],
  ['Role', 10_240],
])('inline policies of a %s', (type, charactersMax) => {
  const of = (name = 'bob') => ({ [`${type}Name`]: name })
  const put = (PolicyName: string, PolicyDocument: string) =>
    world.call(`Put${type}Policy`, { ...of(), PolicyName, PolicyDocument })
  const get = (PolicyName: string) => world.call(`Get${type}Policy`, { ...of(), PolicyName })

  it('are put, replaced, shown as they were put, and deleted', async () => {
    const spaced = JSON.stringify(JSON.parse(document), null, 4)
    expect((await put('first', document)).text).not.toContain('Result>')
    await put('first', spaced)
    const shown = (await get('first')).result
    expect(plain(shown)).toEqual({
      [`${type}Name`]: 'Bob',
      PolicyName: 'first',
      PolicyDocument: expect.stringMatching(/^%7B%0A%20%20%20%20%22Version%22/) as string,
    })
    expect(decodeURIComponent((plain(shown) as { PolicyDocument: string }).PolicyDocument)).toBe(spaced)
    await put('Another', document)
    const { items, count } = await pages(world.ok, [`List${type}Policies`, { ...of(), MaxItems: 1 }], names)
    expect([items, count]).toEqual([['Another', 'first'], 2])
    await world.ok(`Delete${type}Policy`, { ...of(), PolicyName: 'first' })
    for (const action of ['Get', 'Delete']) {
      expect(await world.call(`${action}${type}Policy`, { ...of(), PolicyName: 'first' })).toMatchObject({
        status: 404,
        code: 'NoSuchEntity',
        message: `The ${type.toLowerCase()} policy with name first cannot be found.`,
      })
    }
  })

  it(`have ${charactersMax} characters together, white space left out`, async () => {
    const half = charactersMax / 2
    expect(await put('a', sized(half))).toMatchObject({ status: 200 })
    expect(await put('b', `${sized(half)}${' \n\t'.repeat(100)}`)).toMatchObject({ status: 200 })
    expect(await put('c', document)).toMatchObject({
      status: 409,
      code: 'LimitExceeded',
      message: `Maximum policy size of ${charactersMax} bytes exceeded for ${type.toLowerCase()} Bob`,
    })
    expect(await put('b', sized(half + 1))).toMatchObject({ code: 'LimitExceeded' })
    // In the place of the one it replaces.
    expect(await put('b', sized(half))).toMatchObject({ status: 200 })
    expect(names(await world.ok(`List${type}Policies`, of()))).toEqual(['a', 'b'])
  })

  it('are checked', async () => {
    expect(await put('p', '{}')).toMatchObject({ status: 400, code: 'MalformedPolicyDocument' })
    expect(await put('p', '')).toMatchObject({ status: 400, code: 'ValidationError' })
    expect(await put('a b', document)).toMatchObject({ status: 400, code: 'ValidationError' })
    const parameters = { PolicyName: 'p', PolicyDocument: document }
    for (const action of [`Put${type}Policy`, `Get${type}Policy`, `Delete${type}Policy`, `List${type}Policies`]) {
      expect(await world.call(action, { ...of('none'), ...parameters })).toMatchObject({
        status: 404,
        message: `The ${type.toLowerCase()} with name none cannot be found.`,
      })
    }
  })
})
