// Filled by its owner.
export const jsonMarker: i32 = 0
