// Moments (Unix milliseconds) on the province's clock, which is UTC+7 the whole year.
const OFFSET_MS = 7 * 3_600_000;

/** "2026-11-23T07:30:05", as the server writes times. @param {number} milliseconds Unix time */
export const provinceTime = (milliseconds) => new Date(milliseconds + OFFSET_MS).toISOString().slice(0, 19);

/** "14:05:09". @param {number} milliseconds Unix time */
export const clockOf = (milliseconds) => provinceTime(milliseconds).slice(11);
