// Filled by its owner.
export const writeJsonMarker: i32 = 0
