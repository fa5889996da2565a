// Filled by its owner.
export const numberMarker: i32 = 0
