// The unit tree as the pages need it; fetched once, forgotten when something changed in it.
import { language, t } from '/assets/js/i18n.js';
import { plainWords } from '/assets/js/plain-words.js';
import { get, query } from './api.js';

/** @type {Promise<any>|null} */
let asked = null;

/**
 * @returns {Promise<{units: any[], byId: Map<number, any>, sites: Map<number, any>, roots: any[]}>}
 *   units carry `children` and `depth`; sites carry their `unit`
 */
export function directory() {
    asked ??= get('/api/units').then(({ units }) => {
        const byId = new Map(units.map((/** @type {any} */ unit) => [unit.id, Object.assign(unit, { children: [] })]));
        const sites = new Map();
        const roots = [];
        for (const unit of units) {
            const parent = byId.get(unit.parent);
            if (parent && parent !== unit) parent.children.push(unit);
            else roots.push(unit);
            for (const site of unit.sites ?? []) sites.set(site.id, Object.assign(site, { unit }));
        }
        return { units, byId, sites, roots };
    }).catch((error) => {
        asked = null;
        throw error;
    });
    return asked;
}

export const forgetDirectory = () => {
    asked = null;
};

/** @type {Map<string, Promise<{name: string, words: string, down: number, up: number}[]>>} by language */
const lines = new Map();

/** The kinds of lines that sites have, in words, with their kbit/s. Without them a line is called as the list calls it. */
export function lineKinds() {
    const asked = lines.get(language()) ?? get('/api/lines').then((found) => found.lines).catch(() => {
        lines.delete(language());
        return [];
    });
    lines.set(language(), asked);
    return asked;
}

/** Every active site of a unit and of all below it. @param {any} unit @returns {number[]} */
export function sitesBelow(unit) {
    const own = (unit.sites ?? []).filter((/** @type {any} */ site) => site.active !== false).map((/** @type {any} */ site) => site.id);
    return own.concat(unit.children.flatMap(sitesBelow));
}

/** Still there today: neither ended nor merged away. @param {any} unit @param {string} day */
export const current = (unit, day) => !unit.until || unit.until > day;

/** A kind in words; one that the office made up itself is its own word. @param {string} kind */
export function kindWords(kind) {
    const key = `kind.${kind}`;
    const words = t(key);
    return words === key ? kind : words;
}

/**
 * The units whose name matches what is typed, as a combobox lists them.
 * @param {any} book @param {(unit: any) => boolean} [fits]
 */
export const findUnits = (book, fits = () => true) => (/** @type {string} */ text) =>
    book.units.filter((/** @type {any} */ unit) => fits(unit) && plainWords(unit.name).includes(plainWords(text)))
        .map((/** @type {any} */ unit) => ({ id: unit.id, name: unit.name, more: book.byId.get(unit.parent)?.name ?? '' }));

/**
 * The sites in use whose name, or whose unit's name, matches what is typed; those of one unit come first.
 * @param {any} book null while the directory could not be read @param {number|null} [near] a unit
 */
export const findSites = (book, near = null) => (/** @type {string} */ text) => {
    const wanted = plainWords(text);
    return [...(book?.sites.values() ?? [])].filter((site) => site.active !== false && (plainWords(site.name).includes(wanted) || plainWords(site.unit.name).includes(wanted)))
        .sort((a, b) => Number(b.unit.id === near) - Number(a.unit.id === near))
        .map((site) => ({ id: site.id, name: site.name, more: site.unit.name === site.name ? '' : site.unit.name }));
};

/** The people who can sign in and whose name or address matches what is typed. @param {string} text */
export async function findPeople(text) {
    const { people } = await get(`/api/people${query({ q: text })}`);
    return people.filter((/** @type {any} */ one) => one.active !== false)
        .map((/** @type {any} */ one) => ({ id: one.id, name: one.name, more: [one.title, one.unit?.name].filter(Boolean).join(' · ') }));
}
