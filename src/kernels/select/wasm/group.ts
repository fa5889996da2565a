// Filled by its owner.
export const groupMarker: i32 = 0
