// Every number of the service: unit in the name, where it comes from, and the relations between them.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html is "AWS quotas" below.
import { assert } from './assert.ts'

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

/** Object keys, in UTF-8 bytes. AWS quotas. */
export const keyBytesMax = 1024
/** One PutObject, UploadPart or CopyObject. AWS quotas. */
export const singleWriteBytesMax = 5 * GiB
/** An object, whichever way it was made. AWS quotas (50 TB since 2025-12). */
export const objectBytesMax = 50 * 1024 * GiB
/** All user metadata of an object: names and values, in UTF-8 bytes. AWS "Working with object metadata". */
export const userMetadataBytesMax = 2 * KiB
/** Parts of a multipart upload are numbered 1 to this. AWS "Multipart upload limits". */
export const partNumberMax = 10_000
/** Every part but the last of a multipart upload. AWS "Multipart upload limits". */
export const partBytesMin = 5 * MiB
/** Keys or prefixes in a page of a listing. AWS ListObjectsV2. */
export const listKeysMax = 1000
/** Keys in one DeleteObjects. AWS DeleteObjects. */
export const deleteObjectsKeysMax = 1000
/** Tags of an object and of a bucket. AWS "Object tagging", "Bucket tagging". */
export const objectTagsMax = 10
export const bucketTagsMax = 50
export const tagKeyCharsMax = 128
export const tagValueCharsMax = 256
/** Buckets of an account. AWS quotas (default). */
export const bucketsPerAccountMax = 10_000
/** Grants of an ACL. AWS "Access control list (ACL) overview". */
export const aclGrantsMax = 100
/** A bucket policy. AWS "Bucket policies for Amazon S3". */
export const bucketPolicyBytesMax = 20 * KiB
/** CORS rules of a bucket. AWS PutBucketCors. */
export const corsRulesMax = 100
/** A CORSConfiguration document. AWS PutBucketCors. */
export const corsBytesMax = 64 * KiB
/** A presigned URL lives at most seven days. AWS "Authenticating requests: using query parameters". */
export const presignedSecondsMax = 7 * 24 * 3600
/** Allowed difference of the client's clock. AWS RequestTimeTooSkewed. */
export const clockSkewSecondsMax = 15 * 60
/** An XML request body. AWS: CORS 64 KB, DeleteObjects 2 MB, Complete 1 MB (10,000 parts with checksums: 2.4 MB). */
export const xmlBodyBytesMax = 4 * MiB
/** Elements of an XML body, and how deep they nest. Ours: 10,000 parts of a Complete with all checksums are 150,000. */
export const xmlElementsMax = 200_000
export const xmlDepthMax = 32
/** Rows that joins, subqueries and window functions of S3 Select may work on, and the database they make. Ours. */
export const selectTableRowsMax = 500_000
export const selectTableBytesMax = 24 * MiB
/** Memory of SQLite for sorting, grouping and what it keeps meanwhile, and rows its loops may go through, about 1 µs each. Ours. */
export const sqliteHeapBytesMax = 32 * MiB
export const sqliteLoopRowsMax = 3_000_000
/** Such queries work one at a time in an isolate. */
export const finishersMax = 1
export const finishWaitersMax = 8
/** Of an answer so much is made ahead, so that a short one lets the next query begin however slowly it is read. */
export const finishAheadBytes = 4 * MiB
/** Objects that one statement may read. Ours. */
export const selectObjectsMax = 16
/** An SQL expression of S3 Select. https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html */
export const selectExpressionBytesMax = 256 * KiB
/** A frame of its answer: 128 KiB with some room, which older SDKs take for the largest there is. */
export const selectFrameBytesMax = 128 * KiB - 256
/** How long its answer may go without a frame. */
export const selectIdleMilliseconds = 1000
/** A refused upload is read to its end up to here, so that the client sees the answer and not a reset. */
export const drainBytesMax = 5 * GiB
export const drainMillisecondsMax = 60_000
/** Signing keys an isolate keeps: one per access key, secret, day and region. */
export const signingKeysMax = 1000
/** Everything of a form upload before its file's content. AWS MaxPostPreDataLengthExceeded. */
export const formHeadBytesMax = 20 * KiB
/** Requests tried after a wrong signature, to say what was probably changed (HMAC: 20 to 40 µs each; ECDSA: 150 µs). */
export const hintTrialsMax = 64
export const hintTrialsEcdsaMax = 12
/** Wrong signatures an isolate looks into in a second: whoever sends more of them learns less. */
export const hintsPerSecondMax = 20
/** Every chunk of an aws-chunked body but the last. AWS InvalidChunkSizeError. */
export const chunkBytesMin = 8 * KiB
/** One line of aws-chunked framing: a chunk header (about 90 bytes with its signature) or a trailing header. */
export const chunkLineBytesMax = KiB
/** Trailing headers of an aws-chunked body; clients send a checksum and a signature. */
export const trailersMax = 8
/** Framed bytes of an aws-chunked body held at once. */
export const chunkWindowBytes = 256 * KiB

/**
 * Bodies up to here travel inside the commit and lie in the key's own shard (one row). Measured with `npm run bench --
 * --rows inline` (2026-11-23): a row is the cheaper place up to 128 KiB, about the same at 256, dearer above.
 */
export const inlineBytesMax = 128 * KiB
/** A row or a blob in a Durable Object or D1. Cloudflare limits; local workerd allows more. */
export const rowBytesMax = 2_000_000
/** Bodies are moved in pieces of this size: a digest step, a write to a store's stream. */
export const pieceBytes = MiB
/** A body on its way into extents is held in pieces of this size, two of them at a time: its own, and the stream's copy. */
export const writePieceBytes = 512 * KiB
/** Every extent carries one CRC32 for each block of this size; a read verifies the blocks it touches. */
export const blockBytes = 64 * KiB
/** One extent of the `volumes` store: its rows lie in one Volume. */
export const volumeExtentBytesMax = 16 * MiB
/** Volumes that extents are spread over. Part of where bytes are found: never changes. 10 GB each (Cloudflare limits). */
export const volumesCount = 256
/** A row of a Volume. A quarter of `pieceBytes`: a range reads its whole row, and a stream holds one. */
export const volumeRowBytes = 256 * KiB
/** Bytes of one upload put into one transaction of a Volume: 32 uploads at once hold 64 MiB. */
export const volumeCommitBytes = 2 * MiB
/** How long an upload waits for the digests of what is written already; then the Worker computes them. */
export const fileDigestMilliseconds = 10_000
/** How long the thread for it is left alone after it did not answer. */
export const fileDigestRetryMilliseconds = 10_000
/** One extent of the `files` and of the `r2` store: 16 KiB of block checksums. */
export const fileExtentBytesMax = 256 * MiB
export const r2ExtentBytesMax = 256 * MiB
/** A part of an R2 upload whose size is not known: buffered. R2 wants at least 5 MiB, all but the last of one size. */
export const r2PartBytes = 5 * MiB
/** Stored bytes are verified and passed on in pieces of this size. */
export const readPieceBytes = 256 * KiB
/** Extents removed at once from a store that has no removal of many. */
export const removalsAtOnceMax = 16
/** Extents an isolate remembers to have verified (about 200 bytes each, and a bit for each of its blocks: at most 512 bytes). */
export const verifiedExtentsMax = 4096
/** Segments returned with one read: a larger manifest is read on in further hops. */
export const segmentsPerReadMax = 2000

/** A provisional extent is kept this long without news of its upload. */
export const leaseMilliseconds = 15 * 60_000
/** Extents nobody owns any more are kept this long, for reads that began before. */
export const graceMilliseconds = 60_000
/**
 * The same for files: a file that is open stays readable, and reads of several files tell which they will open
 * (src/bulk/file-readers.ts). What is removed before the operating system writes it back (Linux: after 30 s) costs the disk nothing.
 */
export const fileGraceMilliseconds = 5_000
/** Extents released within this part of a grace are collected together. */
export const collectionsPerGrace = 6
/** A copy whose source changes while its checksum is computed is tried this often. */
export const copyAttemptsMax = 3
/** An ACL whose object is replaced while the list is made for its owner is tried this often. */
export const aclAttemptsMax = 3
/** Between two stretches of a shard's scrubber; after the last extent it rests as long as this many stretches: a day. */
export const scrubMilliseconds = 60_000
export const scrubRestStretches = 1440
/** How long a writer waits for the catalogue before it answers 503 SlowDown. The write itself is durable. */
export const flushWaitMilliseconds = 10_000
/** One catalogue statement; a further attempt fits the wait. */
export const flushAttemptMilliseconds = 4_000
/** Mutations sent in one catalogue statement (bounded so that the JSON stays far below rowBytesMax). */
export const flushMutationsMax = 256
/** A shard that was written to so often without a pause answers ahead of the catalogue (src/shard/write-behind.ts). */
export const aheadAfterWrites = 8
/** What counts as a pause. */
export const aheadPauseMilliseconds = 1_000
/** Mutations of a shard that is ahead gather for so long before they are sent. */
export const aheadGatherMilliseconds = 50
/** With more mutations waiting, or one that waits longer, answers wait for the catalogue again. */
export const aheadMutationsMax = 1_024
export const aheadMillisecondsMax = 1_000
/** A shard that was asked by a listing lets answers wait for so long: who lists again finds the catalogue whole. */
export const aheadHoldMilliseconds = 2_000
/** Shards of a bucket to be deleted are asked this often: others may have gone ahead meanwhile. */
export const aheadAttemptsMax = 5
/** Bucket, account and key records are trusted this long in an isolate. */
export const cacheMilliseconds = 5_000
/** An access key that was not found is asked for again after this. */
export const absenceMilliseconds = 1_000
/** Access keys and accounts an isolate remembers. */
export const cachedRecordsMax = 10_000
/** A whole-extent verification is trusted this long by the isolate that made it. */
export const verifiedMilliseconds = 10 * 60_000
/** KeyShards of a new bucket, deployed; the embedded server sets EDGESHARD_SHARDS. */
export const shardsPerBucketDefault = 16

/** A form body of IAM's and STS's Query protocol: a policy of 10,240 characters, each of them escaped, and more. */
export const queryBodyBytesMax = 128 * KiB
/**
 * Session policies and session tags in a session token, deflated: what PackedPolicySize is a percentage of. With it a token
 * has at most some 6.5 KB, so that its header line passes a proxy that allows 8 KB (nginx's default). AWS names no number.
 */
export const packedPolicyBytesMax = 4 * KiB
/** Policies and tags of a session. AWS "IAM and STS quotas". */
export const sessionPolicyCharsMax = 2048
export const sessionPolicyArnsMax = 10
export const sessionTagsMax = 50
/** How long sessions last: at least; of a role (at most what the role allows), and of a session assumed by a session. */
export const sessionSecondsMin = 900
export const roleSessionSecondsDefault = 3600
export const roleSessionSecondsMax = 12 * 3600
export const chainedSessionSecondsMax = 3600
/** Sessions of GetSessionToken and GetFederationToken: of a user, and of an account itself. AWS GetSessionToken. */
export const tokenSessionSecondsDefault = 12 * 3600
export const tokenSessionSecondsMax = 36 * 3600
export const accountSessionSecondsMax = 3600
/** A web identity token. AWS AssumeRoleWithWebIdentity. */
export const webIdentityTokenCharsMax = 20_000
/** How far the clock of an identity provider may be off. AWS "OIDC federation". */
export const identityTokenSkewSeconds = 5 * 60
/** A provider's configuration or key set, and how long it may take to come. AWS waits five seconds as well. */
export const oidcDocumentBytesMax = 256 * KiB
export const oidcFetchMilliseconds = 5_000
/** Keys of an identity provider. AWS: 100 RSA and 100 EC keys. */
export const webKeysMax = 200
/** How long a provider's keys are trusted, how soon they may be asked for again, and how long a failure counts. */
export const keySetMilliseconds = 10 * 60_000
export const keySetRefreshMilliseconds = 10_000
export const keySetFailureMilliseconds = 10_000
/** Identity providers an isolate remembers the keys of. */
export const keySetsMax = 200
/** Session tokens an isolate keeps opened. */
export const openedSessionsMax = 1000
/** Policies an isolate keeps compiled. */
export const compiledPoliciesMax = 2000
/** Permissions in one audit record: DeleteObjects asks for a thousand. A line has at most some 150 KB. Ours. */
export const auditedPermissionsMax = 100
/** A user agent or a parameter in an audit record. */
export const auditedTextCharsMax = 512
/** Audit records gathered for one object of the audit bucket: how many bytes, and for how long. */
export const auditBatchBytesMax = 256 * KiB
export const auditBatchMilliseconds = 2_000
/** Batches on their way to the audit bucket at once; while it takes none, further records are not gathered. */
export const auditBatchesMax = 4
/** A batch that is on its way so long was lost with the request that wrote it: Workers end those after 30 seconds. */
export const auditBatchPatienceMilliseconds = 60_000
/** A batch that cannot be written is tried so often, with this long in between. */
export const auditAttemptsMax = 3
export const auditRetryMilliseconds = 1_000
/** The header that explains a decision, in characters, and the permissions it tells of. */
export const decisionHeaderCharsMax = 4096
export const decisionHeaderVerdictsMax = 10
/** One text in that header: a resource, a policy's name, a reason. Characters beyond ASCII count as their escapes. */
export const decisionHeaderTextCharsMax = 300
/** Statements in the answer of an explanation. A principal can have some thousands; those beyond are counted. */
export const explainedStatementsMax = 500
/** Principals looked at for one page of who can reach a bucket, when asked for and by default. One query each when cold. */
export const reachPageMax = 200
export const reachPageDefault = 50
/** Principals that a bucket's policy and list name, and that an answer tells of. */
export const reachNamedMax = 200
/** Principals whose policies are loaded at once. */
export const reachAtOnceMax = 8
/** A request body of the admin API. */
export const adminBodyBytesMax = 64 * KiB
/** Accounts in a page of the admin API, when asked for and by default. */
export const adminPageMax = 1000
export const adminPageDefault = 100
/** Access keys of an account, expired ones included. AWS allows two for a user; imports may bring more. */
export const accessKeysPerAccountMax = 20
/** How long a rotated key stays valid: by default, and at most. */
export const rotationGraceSecondsDefault = 24 * 3600
export const rotationGraceSecondsMax = 30 * 24 * 3600

// IAM's quotas. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html

/** Users, groups, roles and customer managed policies of an account. */
export const usersPerAccountMax = 5000
export const groupsPerAccountMax = 300
export const rolesPerAccountMax = 1000
export const policiesPerAccountMax = 1500
export const oidcProvidersPerAccountMax = 100
/** Groups a user may be in. */
export const groupsPerUserMax = 10
/** Access keys of a user. Service accounts do not count. */
export const accessKeysPerUserMax = 2
/** Managed policies attached to one user, group or role. */
export const attachedPoliciesMax = 10
/** A managed policy, a trust policy, and all inline policies of one user, group or role: characters without white space. */
export const managedPolicyCharsMax = 6144
export const trustPolicyCharsMax = 2048
export const inlinePolicyCharsMax = { user: 2048, group: 5120, role: 10_240 } as const
export const policyVersionsMax = 5
/** Tags of a user, role, policy or provider. */
export const identityTagsMax = 50
/** Audiences and certificates of an identity provider. */
export const clientIdsPerProviderMax = 100
export const thumbprintsPerProviderMax = 5
/** Entries in a page, when asked for and by default. */
export const identityPageMax = 1000
export const identityPageDefault = 100
/** The last use of a key or role is recorded no oftener than this. */
export const useRecordedMilliseconds = 60_000
/** Service accounts of one user or account. Ours. */
export const serviceAccountsPerHolderMax = 100
/** Policies that bind one account. AWS Organizations: five attached to an account, and of 5,120 characters. */
export const serviceControlPoliciesMax = 5
export const serviceControlPolicyCharsMax = 5120

/** A record of a Select's input or output. AWS: 1 MB. https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html */
export const selectRecordBytesMax = 1 * MiB
/** Fields of one CSV record. Ours. */
export const csvFieldsMax = 32_768
/** Memory for the cells of one batch, and the records in it. Ours. */
export const csvCellsBytesMax = 4 * MiB
export const csvBatchRowsMax = 8192
/** Columns of one statement over CSV: those whose cells fit even in small batches. Ours. */
export const csvBatchRowsMin = 128

// S3 Select's statements. https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html
/** Ours, so that neither reading a statement nor evaluating it can overflow the stack: levels of nesting as written, */
export const selectNestingMax = 200
/** levels of operators in operators (a chain a + b + c has one for each +), */
export const selectHeightMax = 500
/** and operators in all. */
export const selectOperatorsMax = 20_000

/** Digits of S3 Select's DECIMAL. https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference-data-types.html */
export const decimalDigitsMax = 38
/** Powers of ten that decimal arithmetic reaches; those of decimal128. Ours: AWS's 2^31 could not be written out. */
export const decimalExponentMax = 6144
/** Characters between two `%` of a LIKE pattern when `_` is among them: each costs a bit operation at every character of a text. Ours. */
export const likeSegmentCharsMax = 1024
/** Different values of one DISTINCT aggregate. Ours. */
export const distinctValuesMax = 1_000_000
export const distinctCharsMax = 16_000_000

/** Bytes of JSON that are indexed at once: they and what is known of them stay in the processor's cache. */
export const jsonWindowBytes = 256 * KiB
/** Records of one batch of JSON. */
export const jsonBatchRowsMax = 8192
/** Kernel memory for the text of a batch's strings that are written with escapes. */
export const jsonStringBytes = 128 * KiB
/** Kernel memory for the cells of a batch of JSON; many columns make batches smaller. */
export const jsonCellBytesMax = 3 * 1024 * KiB

// S3 Select: where its bytes come from.

/** Queries at work in one isolate; others wait. */
export const kernelInstancesMax = 4
export const kernelWaitersMax = 16
export const kernelWaitMilliseconds = 10_000
export const kernelPollMilliseconds = 20
/** Kernels whose memory grew beyond this are not used again. */
export const keptKernelBytesMax = 8 * MiB
/** Kernel memory of a query, beside what it holds outside of it. */
export const scanBudgetBytes = { CSV: 12 * MiB, JSON: 12 * MiB, Parquet: 44 * MiB } as const
/** A large object is queried in parts of this size by nodes of its own; never in more than so many. */
export const fanOutPartBytes = 256 * MiB
export const fanOutPartsMax = 32
/** How often a part is asked for when nodes are lost. */
export const partAttemptsMax = 3
/** A node is silent no longer than this. */
export const partProgressMilliseconds = 500
/** Objects are scanned in pieces of this size, one of them read ahead. */
export const scanPieceBytes = 256 * KiB
/** The same where records of CSV are only counted: a quarter of the garbage. */
export const countPieceBytes = MiB
/** Native decoders hand out their bytes in chunks of this size. */
export const inflateChunkBytes = 128 * KiB
/** Memory of a BZIP2 decoder: a block of 900,000 bytes takes 4.5 MB, its compressed bytes up to 2.3. */
export const bzip2BudgetBytes = 8 * MiB
/** ZSTD frames with a window up to 8 MiB, which every decoder should take (RFC 8878 section 3.1.1.1.2), and no larger. */
export const zstdWindowLogMax = 23

assert(flushAttemptMilliseconds * 2 < flushWaitMilliseconds, 'A flush that hangs is tried again while its writer waits')
assert(absenceMilliseconds <= cacheMilliseconds, 'An absence is trusted no longer than a record')
assert(inlineBytesMax < rowBytesMax, 'An inline body fits a row')
assert(volumeRowBytes <= rowBytesMax, 'A row of a Volume fits a row')
assert(writePieceBytes > inlineBytesMax, 'The first piece of a body of unknown length tells whether it is inline')
assert(fileExtentBytesMax % writePieceBytes === 0, 'Pieces divide extents evenly')
assert(volumeExtentBytesMax % writePieceBytes === 0, 'Pieces divide extents evenly')
assert(r2ExtentBytesMax % writePieceBytes === 0, 'Pieces divide extents evenly')
assert(pieceBytes % blockBytes === 0, 'A piece holds whole blocks')
assert(readPieceBytes % blockBytes === 0, 'A verified piece holds whole blocks')
assert(volumeRowBytes % blockBytes === 0, 'A row holds whole blocks')
assert(volumeExtentBytesMax % volumeRowBytes === 0, 'An extent of a Volume is whole rows but for the last')
assert(volumeCommitBytes % volumeRowBytes === 0, 'A transaction of a Volume has whole rows')
assert(
  keySetRefreshMilliseconds < keySetMilliseconds,
  'An unknown key makes a set be asked for before its time is over',
)

// Parquet in S3 Select. https://docs.aws.amazon.com/AmazonS3/latest/userguide/selecting-content-from-objects.html

/** A row group's bytes before compression. */
export const parquetRowGroupBytesMax = 512 * 1024 * 1024
/** Kernel memory of a scan's pages, dictionaries and vectors. Ours. */
export const parquetPoolBytesMax = 36 * 1024 * 1024
/** Records of a batch. Ours. */
export const parquetBatchRowsMax = 16_384

// S3 Select: the engine.

/** A piece of an answer. Old SDKs buffer 128 KiB for a frame, its headers included. */
export const outputPieceBytes = 128 * KiB - 512
/** Output does not wait longer than this much input. */
export const selectFlushBytes = 1 * MiB
/** Groups of GROUP BY, or different rows of DISTINCT. Memory may end before. Ours. */
export const selectGroupsMax = 262_144
/** What ORDER BY may hold of rows: their number, and about how many bytes their values take. Ours. */
export const selectSortRowsMax = 100_000
export const selectSortBytesMax = 16 * MiB
/** Kernel memory set aside for constants and lists of rows, for groups by the input's format, and for the writer by the output's. Ours. */
export const selectScratchBytes = 1 * MiB
export const selectGroupBytes = { CSV: 4.5 * MiB, JSON: 3 * MiB, Parquet: 8 * MiB } as const
export const selectWriterBytes = { CSV: 3.5 * MiB, JSON: 1.5 * MiB } as const
