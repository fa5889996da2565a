import type { SignedPrincipal } from '../iam/principal.ts'

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
      /** The deployment's root account: may manage accounts. True of its users and roles as well. */
      isRoot: boolean
      /** Who of the account: its root identity, a user, or a session. */
      principal: SignedPrincipal
      /** What temporary credentials carry, or the bounds of a service account; null for a long-lived key without any. */
      session: Session | null
    }

/** What STS put into a session token, or what bounds the key of a service account. */
export interface Session {
  /** `aws:TokenIssueTime`. Milliseconds since 1970; null for a service account, whose key is no temporary credential. */
  issued: number | null
  /** Milliseconds since 1970; Infinity for never. */
  expires: number
  /** JSON documents that bound what the session may do; empty for none. */
  policies: readonly string[]
  /** Session tags: `aws:PrincipalTag/…`, before those of the user or role. */
  tags: Readonly<Record<string, string>>
  /** `aws:SourceIdentity`; null for none. */
  sourceIdentity: string | null
  /** `aws:FederatedProvider`: the provider of AssumeRoleWithWebIdentity; null otherwise. */
  federatedProvider: string | null
  /** Session tags that a session assumed from this one has too, by their keys as in `tags`. Absent: none. */
  transitiveTagKeys?: readonly string[]
  /** What the web identity token said, as condition keys in lower case: `token.example.com:sub`. Absent: nothing. */
  webIdentity?: Readonly<Record<string, readonly string[]>>
}

/** What a signature is checked with, and whom it stands for. */
export interface AccessKey {
  secret: string
  /** The secret before the last rotation, as long as it still counts; null for none. */
  previousSecret: string | null
  identity: Identity
  /** The key or its account is disabled, or the key has expired. */
  disabled: boolean
}

/** Why a session token does not count: it is none of ours or of another key, or its time is over. */
export type TokenProblem = 'token-invalid' | 'token-expired'

/** The key with this id, null when there is none; `token` is the session token that came with it, null for none. */
export type KeyLookup = (accessKeyId: string, token: string | null) => Promise<AccessKey | TokenProblem | null>
