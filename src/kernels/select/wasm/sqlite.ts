// Filled by its owner.
export const sqliteMarker: i32 = 0
