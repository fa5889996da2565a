// Filled by its owner.
export const codecMarker: i32 = 0
