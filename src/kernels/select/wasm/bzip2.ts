// Filled by its owner.
export const bzip2Marker: i32 = 0
