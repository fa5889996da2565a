// Filled by its owner.
export const writeCsvMarker: i32 = 0
