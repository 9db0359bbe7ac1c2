// Seats under their units: from the server's rows to the lines of a list, without the page.
import { plainWords } from '../plain-words.js';

/** @typedef {{kind: 'unit', key: string, id: string, name: string, depth: number, isOpen: boolean, seats: any[]}} UnitLine `seats`: all below it that are shown */
/** @typedef {{kind: 'seat', key: string, depth: number, seat: any}} SeatLine */

const collator = new Intl.Collator('vi', { numeric: true });
/** Against a circle of units in what the server says. */
const DEPTH_MOST = 12;

/**
 * @param {any[]} seats `seat/…`
 * @param {any[]} units `unit/…`
 * @param {{text?: string, test?: (seat: any) => boolean, closed?: Set<string>}} how `text` is searched in the names; `closed` units show no seats
 * @returns {{lines: (UnitLine|SeatLine)[], found: any[]}}
 */
export function unitTree(seats, units, { text = '', test, closed = new Set() } = {}) {
    const byId = new Map(units.map((unit) => [String(unit.id), unit]));
    const wanted = plainWords(text);
    const homes = homesOf(seats, byId);
    const found = seats.filter((seat) => (!test || test(seat)) && (!wanted || plainWords(`${seat.name} ${seat.delegate ?? ''}`).includes(wanted)));
    /** @type {Map<string, {unit: any, units: Set<string>, seats: any[]}>} */
    const nodes = new Map();
    const node = (/** @type {string} */ id) => {
        const known = nodes.get(id);
        if (known) return known;
        const made = { unit: byId.get(id), units: new Set(), seats: /** @type {any[]} */ ([]) };
        nodes.set(id, made);
        return made;
    };
    for (const seat of found) {
        let id = homes.get(seat) ?? '';
        node(id).seats.push(seat);
        for (let depth = 0; id !== '' && depth < DEPTH_MOST; depth += 1) {
            const above = byId.get(id)?.parent;
            const parent = above === null || above === undefined || !byId.has(String(above)) ? '' : String(above);
            node(parent).units.add(id);
            id = parent;
        }
    }
    /** @type {(UnitLine|SeatLine)[]} */
    const lines = [];
    walk('', -1);
    return { lines, found };

    /** @param {string} id @param {number} depth @returns {any[]} the seats below */
    function walk(id, depth) {
        const here = nodes.get(id);
        if (!here || depth > DEPTH_MOST) return [];
        const isOpen = !closed.has(id) || wanted !== '';
        /** @type {UnitLine|null} */
        const line = id === '' ? null : { kind: 'unit', key: `unit/${id}`, id, name: here.unit?.name ?? '', depth, isOpen, seats: [] };
        if (line) lines.push(line);
        const start = lines.length;
        const own = [...here.seats].sort((one, other) => collator.compare(one.name, other.name));
        for (const seat of own) lines.push({ kind: 'seat', key: seat.seat, depth: depth + 1, seat });
        const all = [...own];
        const below = [...here.units].sort((one, other) => collator.compare(byId.get(one)?.name ?? '', byId.get(other)?.name ?? ''));
        for (const unit of below) all.push(...walk(unit, depth + 1));
        if (line) line.seats = all;
        if (!isOpen) lines.length = start;
        return all;
    }
}

/**
 * The unit under which each seat is listed. A unit with one seat and nothing below it needs no line of its own: its seat
 * is listed under the unit above.
 * @param {any[]} seats @param {Map<string, any>} units
 */
function homesOf(seats, units) {
    const known = (/** @type {any} */ id) => (id !== null && id !== undefined && units.has(String(id)) ? String(id) : '');
    /** @type {Map<any, string>} */
    const homes = new Map(seats.map((seat) => [seat, known(seat.unit) || known(seat.parent)]));
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const home of homes.values()) counts.set(home, (counts.get(home) ?? 0) + 1);
    const parents = new Set([...units.values()].map(({ parent }) => known(parent)));
    for (const [seat, home] of homes) {
        const above = known(units.get(home)?.parent);
        if (counts.get(home) === 1 && !parents.has(home) && above) homes.set(seat, above);
    }
    return homes;
}

/** @param {any[]} seats @returns {Record<string, number>} how many are in which state of the roll, and `connected` */
export function tally(seats) {
    /** @type {Record<string, number>} */
    const counts = { connected: 0 };
    for (const seat of seats) {
        counts[seat.roll] = (counts[seat.roll] ?? 0) + 1;
        if (seat.connected) counts.connected += 1;
    }
    return counts;
}
