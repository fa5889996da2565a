// Filled by its owner.
export const parquetMarker: i32 = 0
