/** Who is asking, as established by `authenticate`. */
export type Identity =
  | { kind: 'anonymous' }
  | {
      kind: 'account'
      /** Twelve digits. */
      accountId: string
      /** 64 hex characters: the owner id in listings and ACLs. */
      canonicalId: string
      displayName: string
      accessKeyId: string
      /** The deployment's root account: may manage accounts. */
      isRoot: boolean
    }

/** What a signature is checked with, and whom it stands for. */
export interface AccessKey {
  secret: string
  identity: Identity
  /** The key or its account is disabled, or the key has expired. */
  disabled: boolean
}

/** The key with this id; null when there is none. */
export type KeyLookup = (accessKeyId: string) => Promise<AccessKey | null>
