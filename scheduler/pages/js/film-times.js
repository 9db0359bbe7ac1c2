// Moments of a film, in words and back.
import { pad } from './times.js';

/** "1:02:05", "2:05". @param {number} seconds */
export function clockWords(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const rest = `${pad(whole % 60)}`;
    const minutes = Math.floor(whole / 60);
    return minutes < 60 ? `${minutes}:${rest}` : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${rest}`;
}

/** Seconds of "1:02:05", "2:05", "125" or "2:05,5"; null where it is no moment. @param {string} text */
export function parseClock(text) {
    const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,3})?)$/.exec(text.trim());
    if (!match) return null;
    const [hours, minutes, seconds] = [match[1], match[2], match[3]].map((part) => Number((part ?? '0').replace(',', '.')));
    // "1:75" is a slip, "125" is not.
    if ((match[2] !== undefined && seconds >= 60) || (match[1] !== undefined && minutes >= 60)) return null;
    return hours * 3600 + minutes * 60 + seconds;
}
