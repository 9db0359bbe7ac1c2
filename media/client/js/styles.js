// Style sheets of parts that are loaded later.
import { h } from './dom.js';

/** @type {Map<string, Promise<void>>} */
const sheets = new Map();

/** Resolves when it is there, or cannot be had: a part without its style is still a part. @param {string} address */
export function moreStyle(address) {
    const known = sheets.get(address);
    if (known) return known;
    const link = h('link', { rel: 'stylesheet', href: address });
    const there = new Promise((/** @type {(value: void) => void} */ resolve) => { link.onload = link.onerror = () => resolve(); });
    sheets.set(address, there);
    document.head.append(link);
    return there;
}
