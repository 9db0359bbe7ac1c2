// Numbers, sizes and rates as the page's language writes them.
import { language } from './i18n.js';

/** @param {number} value @param {number} [digits] at most so many after the comma */
export const numberWords = (value, digits = 0) => value.toLocaleString(language(), { maximumFractionDigits: digits });

/** "384 kbit/s", "3,1 Mbit/s". @param {number} kbps */
export const rateWords = (kbps) => (kbps >= 1000 ? `${numberWords(kbps / 1000, 1)} Mbit/s` : `${numberWords(kbps)} kbit/s`);

/** "48 kB", "3,1 MB", "250 MB"; never nothing. @param {number} bytes */
export const sizeWords = (bytes) => (bytes < 1e6 ? `${numberWords(Math.max(1, Math.round(bytes / 1000)))} kB` : `${numberWords(bytes / 1e6, bytes < 1e8 ? 1 : 0)} MB`);
