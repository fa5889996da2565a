// Which issuers may be asked for their keys, and where. No I/O, no clock.

/** Whether issuers on this machine may speak plain HTTP: `EDGESHARD_OIDC_ALLOW_HTTP=loopback`, for development. */
export type PlainHttp = 'never' | 'loopback'

/**
 * The issuer that a provider's URL stands for, which is kept without its scheme: HTTPS, but plain HTTP for one on this
 * machine where that is allowed. Null where the URL names none that may be asked.
 */
export function issuerUrl(providerUrl: string, plainHttp: PlainHttp): string | null {
  const scheme = plainHttp === 'loopback' && isLoopback(`http://${providerUrl}`) ? 'http' : 'https'
  const issuer = `${scheme}://${providerUrl}`
  return mayBeFetched(issuer, plainHttp) ? issuer : null
}

/** `<issuer>/.well-known/openid-configuration`. https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
export function discoveryUrl(issuer: string): string {
  return `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
}

/** Whether a URL is one that this server may be sent to for keys: HTTPS, or where it is allowed HTTP on this machine. */
export function mayBeFetched(text: string, plainHttp: PlainHttp): boolean {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && plainHttp === 'loopback' && isLoopback(text))
}

function isLoopback(text: string): boolean {
  const host = URL.parse(text)?.hostname ?? ''
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
