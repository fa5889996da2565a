// Filled by its owner.
export const aggregateMarker: i32 = 0
