// The server's clock: a PC in a meeting room has its own idea of the time, above all after a battery has died.
import { provinceTime } from '../clock.js';

/** Server time less `performance.now()`, in ms; null until the server has been heard. @type {number|null} */
let difference = null;
let bestRoundTrip = Infinity;
/** A clock that is further off than this has been set, or the machine has slept. */
const JUMP_MS = 1000;

/**
 * Takes a time that the server said.
 * @param {number} serverTime Unix ms
 * @param {number} asked `performance.now()` when the question left
 * @param {number} heard the same when the answer had come
 */
export function setServerTime(serverTime, asked, heard) {
    const roundTrip = heard - asked;
    const found = serverTime - (asked + heard) / 2;
    // The shortest round trip tells the time best; the others only whether it has jumped.
    if (difference !== null && roundTrip > bestRoundTrip && Math.abs(found - difference) < JUMP_MS + roundTrip / 2) return;
    difference = found;
    bestRoundTrip = roundTrip;
}

/** Unix ms. */
export const serverNow = () => (difference === null ? Date.now() : performance.now() + difference);

/** What the province's clock shows now: "2026-11-23T07:30:05". */
export const localNow = () => provinceTime(serverNow());

/** Unix ms of a time of the province's clock. @param {string} stamp "2026-11-23T07:30" */
export const unixOf = (stamp) => Date.parse(`${stamp.slice(0, 16)}:00+07:00`);
