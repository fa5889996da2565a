// Sound requests to buckets that come and go: what damaged requests meet on their way.
import { draftTo } from './aims.ts'
import type { Draft } from './draft.ts'
import type { Random } from './random.ts'
import type { World } from './world.ts'

const buckets = ['fuzz-made-0', 'fuzz-made-1', 'fuzz-made-2', 'fuzz-made-3']

/** One of the buckets that any request may make or delete. */
export function madeBucket(random: Random): string {
  return random.pick(buckets)
}

export function churnDraft(random: Random, world: World): Draft {
  const bucket = madeBucket(random)
  const key = random.pick(['a', 'b', 'c/d'])
  const target = { bucket, key, signer: world.attacker }
  const draft = (method: string, aim: { key: string }, query = '') => {
    return { ...draftTo(random, { label: 'churn', method, aim: { ...target, ...aim } }), query }
  }
  const here = { key: '' }
  switch (random.below(14)) {
    case 0:
      return draft('PUT', here)
    case 1:
      return draft('DELETE', here)
    case 2:
    case 3:
    case 4:
      return { ...draft('PUT', target), body: random.bytes(random.pick([0, 10, 3000])) }
    case 5:
      // Above what lies inline: its bytes get a file of their own.
      return { ...draft('PUT', target), body: Buffer.alloc(400 * 1024, 'b') }
    case 6:
    case 7:
      return draft('DELETE', target)
    case 8:
      return draft('GET', target)
    case 9:
      return draft('GET', here, random.pick(['versions', 'uploads', 'list-type=2', 'max-keys=1']))
    case 10:
      return draft('POST', target, 'uploads')
    case 11:
      return copied(random, draft('PUT', target))
    case 12:
      return { ...draft('PUT', target, 'tagging'), body: Buffer.from(tagging) }
    default:
      return { ...draft('PUT', here, 'versioning'), body: Buffer.from(versioning(random)) }
  }
}

function copied(random: Random, draft: Draft): Draft {
  draft.headers.push(['x-amz-copy-source', `/${madeBucket(random)}/${random.pick(['a', 'b', 'c/d'])}`])
  return draft
}

const tagging = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>'

function versioning(random: Random): string {
  const status = random.pick(['Enabled', 'Suspended'])
  return `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`
}
