// What a deployment says about authentication.

export interface AuthSettings {
  /** Signature Version 2 counts. */
  signatureV2: boolean
  /** The only region a signature may be for; null: any will do. */
  onlyRegion: string | null
  /** The region this deployment calls itself. */
  region: string
  /** Base domains of virtual-hosted buckets: hosts a client may have signed for. */
  domains: readonly string[]
}

/** Signature Version 2 on, any region. */
export const defaultSettings: AuthSettings = {
  signatureV2: true,
  onlyRegion: null,
  region: 'us-east-1',
  domains: [],
}

/** The settings among a Worker's variables. */
export function authSettings(
  variables: {
    EDGESHARD_SIGV2?: string | undefined
    EDGESHARD_STRICT_REGION?: string | undefined
    EDGESHARD_REGION?: string | undefined
  },
  domains: readonly string[] = [],
): AuthSettings {
  const region = variables.EDGESHARD_REGION ?? defaultSettings.region
  return {
    signatureV2: variables.EDGESHARD_SIGV2 !== 'off',
    onlyRegion: variables.EDGESHARD_STRICT_REGION === 'on' ? region : null,
    region,
    domains,
  }
}
