// Moments to the second, on the province's clock.
const OFFSET_MS = 7 * 3_600_000;

/** "14:05:09". @param {number} milliseconds Unix time */
export const clockOf = (milliseconds) => new Date(milliseconds + OFFSET_MS).toISOString().slice(11, 19);
