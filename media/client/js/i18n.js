// The words of the page. Elements carry data-i18n (text), data-i18n-label (aria-label and title) or
// data-i18n-placeholder; everything else asks `t`. A page with words of its own names their folder on its
// root element: <html data-locales="/app/locales">.
import { recall, remember } from './settings.js';

const LANGUAGES = ['vi', 'en'];
/** @type {Record<string, string>} */
let words = {};
let current = 'vi';
/** Folders with the words of parts that are loaded later. @type {Set<string>} */
const folders = new Set();
/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {string} */
export const language = () => current;

/**
 * @param {string} key
 * @param {Record<string, string|number>} [values] replaces {name} in the text
 */
export function t(key, values = {}) {
    const text = words[key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** @param {() => void} listener called after each change of language */
export function onLanguage(listener) {
    listeners.add(listener);
}

/** @param {ParentNode} [root] */
function translate(root = document) {
    for (const element of root.querySelectorAll('[data-i18n]')) {
        element.textContent = t(element.getAttribute('data-i18n') ?? '');
    }
    for (const element of root.querySelectorAll('[data-i18n-label]')) {
        const label = t(element.getAttribute('data-i18n-label') ?? '');
        element.setAttribute('aria-label', label);
        if (element.hasAttribute('title') || element.matches('button')) element.setAttribute('title', label);
    }
    for (const element of root.querySelectorAll('[data-i18n-placeholder]')) {
        element.setAttribute('placeholder', t(element.getAttribute('data-i18n-placeholder') ?? ''));
    }
}

/** ms before the words are asked for again when the line lost them: a page without words is none. */
const WAITS = [300, 1000, 2000, 4000, 8000];

/** @param {string} folder @returns {Promise<Record<string, string>|null>} null when they cannot be had */
async function fetchWords(folder) {
    for (const wait of [...WAITS, 0]) {
        try {
            const answer = await fetch(`${folder}/${current}.json`);
            return answer.ok ? await answer.json() : null;
        } catch {
            // Asked for again below.
        }
        await new Promise((done) => { setTimeout(done, wait); });
    }
    return null;
}

/** Adds the words of a part of the page. @param {string} folder */
export async function moreWords(folder) {
    folders.add(folder);
    Object.assign(words, await fetchWords(folder));
}

/** @param {string} name */
export async function setLanguage(name) {
    current = LANGUAGES.includes(name) ? name : 'vi';
    const [first, ...more] = await Promise.all([document.documentElement.dataset.locales ?? '/assets/locales', ...folders].map(fetchWords));
    words = Object.assign({}, first ?? words, ...more);
    document.documentElement.lang = current;
    remember('language', current);
    for (const button of document.querySelectorAll('[data-language]')) {
        button.setAttribute('aria-pressed', String(button.getAttribute('data-language') === current));
    }
    translate();
    for (const listener of listeners) listener();
}

/** Reads ?lang= or the remembered language, and wires the switches. */
export async function startLanguage() {
    const asked = new URLSearchParams(location.search).get('lang');
    for (const button of document.querySelectorAll('[data-language]')) {
        button.addEventListener('click', () => void setLanguage(button.getAttribute('data-language') ?? 'vi'));
    }
    await setLanguage(asked ?? recall('language', 'vi'));
}
