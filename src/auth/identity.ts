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
