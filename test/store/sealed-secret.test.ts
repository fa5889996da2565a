import { describe, expect, it } from 'vitest'
import { openSecret, sealSecret } from '../../src/store/sealed-secret.ts'

const deployment = 'a deployment secret of thirty-two characters'

describe('sealSecret()', () => {
  it('hides a secret that openSecret() gives back', async () => {
    const sealed = await sealSecret(deployment, 'KEY', 'the secret')
    expect(Buffer.from(sealed.slice(3), 'base64').toString('latin1')).not.toContain('the secret')
    expect(await openSecret(deployment, 'KEY', sealed)).toBe('the secret')
  })

  it('gives another text each time', async () => {
    expect(await sealSecret(deployment, 'KEY', 's')).not.toBe(await sealSecret(deployment, 'KEY', 's'))
  })

  it('refuses a deployment secret that is too short', async () => {
    await expect(sealSecret('short', 'KEY', 's')).rejects.toThrow('at least 32')
  })
})

describe('openSecret()', () => {
  it('opens what was sealed before', async () => {
    const sealed = 'v1.TKQOzVNUobALzEtBJ7bkBz5LKklrVIR+9VANnnCO5YK71+iV3SA='
    expect(await openSecret(deployment, 'KEY', sealed)).toBe('the secret')
  })

  it('refuses what was sealed for another key, under another secret, or changed', async () => {
    const sealed = await sealSecret(deployment, 'KEY', 'the secret')
    const changed = sealed.slice(0, -4) + (sealed.endsWith('AAA=') ? 'BBB=' : 'AAA=')
    await expect(openSecret(deployment, 'OTHER', sealed)).rejects.toThrow('Cannot open the secret of OTHER')
    await expect(openSecret(`${deployment}!`, 'KEY', sealed)).rejects.toThrow('EDGESHARD_SECRET')
    await expect(openSecret(deployment, 'KEY', changed)).rejects.toThrow('Cannot open')
    await expect(openSecret(deployment, 'KEY', `v9.${sealed.slice(3)}`)).rejects.toThrow('known format')
  })
})
