import { describe, expect, it } from 'vitest'
import { parsePrincipal } from '../../src/explain/find-principal.ts'

const account = '111122223333'

describe('parsePrincipal()', () => {
  it.each<[string, string | null]>([
    [account, 'account '],
    [`arn:aws:iam::${account}:root`, 'account '],
    [`arn:aws:iam::${account}:user/alice`, 'user alice'],
    [`arn:aws:iam::${account}:user/division/team/alice`, 'user alice'],
    [`arn:aws:iam::${account}:role/r`, 'role r'],
    [`arn:aws:sts::${account}:assumed-role/r/session`, 'role r'],
    [`arn:aws:iam::${account}:group/g`, null],
    [`arn:aws:iam::${account}:user/`, null],
    [`arn:aws:sts::${account}:federated-user/f`, null],
    [`arn:aws:iam::aws:policy/readonly`, null],
    ['arn:aws:iam::1:root', null],
    [`arn:aws:iam::${account}:user/a b`, null],
  ])('%s: %s', (text, expected) => {
    const found = parsePrincipal(text)
    expect(found === null ? null : `${found.kind} ${found.name}`).toBe(expected)
    if (found !== null) expect(found.accountId).toBe(account)
  })

  it('keeps the name of a session', () => {
    expect(parsePrincipal(`arn:aws:sts::${account}:assumed-role/r/tonight`)?.sessionName).toBe('tonight')
  })
})
