// Filled by its owner.
export const csvMarker: i32 = 0
