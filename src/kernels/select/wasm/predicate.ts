// Filled by its owner.
export const predicateMarker: i32 = 0
