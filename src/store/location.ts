// Where a bucket's Durable Objects should live: its LocationConstraint as Cloudflare's location hint. Pure.
// https://developers.cloudflare.com/durable-objects/reference/data-location/

/** AWS region prefixes, the most specific first. A hint counts only when an object is first reached. */
const hints: readonly (readonly [prefix: string, hint: DurableObjectLocationHint])[] = [
  ['us-west', 'wnam'],
  ['us-', 'enam'],
  ['ca-west', 'wnam'],
  ['ca-', 'enam'],
  ['mx-', 'enam'],
  ['sa-', 'sam'],
  ['eu-north', 'eeur'],
  ['eu-', 'weur'],
  ['il-', 'me'],
  ['me-', 'me'],
  ['af-', 'afr'],
  ['ap-southeast-2', 'oc'],
  ['ap-southeast-4', 'oc'],
  ['ap-southeast-6', 'oc'],
  ['ap-', 'apac'],
  ['cn-', 'apac'],
]

/** Null where the constraint says nothing: the objects are then made near the first request. */
export function locationHint(location: string): DurableObjectLocationHint | null {
  if (location === 'EU') return 'weur'
  return hints.find(([prefix]) => location.startsWith(prefix))?.[1] ?? null
}
