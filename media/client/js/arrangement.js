// Who is shown where, and whose picture matters most: from the room's state and the viewer's wishes, without the page.
import { columnBoxes, fit, gridBoxes, halves, pageSize, stripBoxes } from './layout.js';

/** @typedef {import('./room-state.js').Participant} Participant */
/** @typedef {'camera'|'screen'} PictureRole */
/** @typedef {import('./layout.js').Box & {participant: Participant, role: PictureRole, isMain: boolean}} Placed */
/** @typedef {{view: 'grid'|'speaker', page: number, pins: string[], followsStage: boolean, isBeside?: boolean}} Wishes `pins`: the last one first; `isBeside`: a paper is the large picture */

const PAGER = 44;

/**
 * @param {import('./room-state.js').RoomState} state
 * @param {Wishes} wishes
 * @param {{width: number, height: number, gap: number}} field
 * @returns {{placed: Placed[], page: number, pages: number, strip: number|null, kind: 'grid'|'speaker'|'screen'}}
 */
export function arrange(state, wishes, { width, height, gap }) {
    const push = wishes.followsStage ? state.push : null;
    const people = inOrder(state, push?.layout === 'grid' ? [...push.ids, ...wishes.pins] : wishes.pins);
    const { main, second, role, screen } = choose(state, wishes, people);
    /** @type {[Participant, PictureRole][]} */
    const others = people.filter((one) => (one !== main && one !== second) || role === 'screen').map((one) => [one, 'camera']);
    if (screen && role !== 'screen') others.unshift([screen, 'screen']);
    const kind = !main ? 'grid' : role === 'screen' ? 'screen' : 'speaker';
    /** @param {Participant} participant @param {PictureRole} which @param {import('./layout.js').Box} box @param {boolean} isMain */
    const place = (participant, which, box, isMain = false) => ({ ...box, participant, role: which, isMain });
    /** @param {import('./layout.js').Box} field @returns {Placed[]} the large pictures */
    const large = (field) => {
        if (!main) return [];
        if (!second) return [place(main, role, role === 'screen' ? field : fit(field), true)];
        const [left, right] = halves(field, gap);
        return [place(main, role, left, true), place(second, role, right, true)];
    };
    if (wishes.isBeside) {
        // The page is what is large: who speaks is beside it, and the others below as far as there is room.
        const first = main ?? lead(state, people);
        /** @type {[Participant, PictureRole][]} */
        const all = [];
        if (first) all.push([first, role]);
        for (const [one, which] of others) if (one !== first || which !== role) all.push([one, which]);
        const { size, boxes } = columnBoxes(width, height, gap, PAGER);
        const { shown, page, pages } = cut(all, size, wishes.page);
        const places = boxes(shown.length);
        return {
            placed: shown.map(([participant, which], index) => place(participant, which, places[index], participant === first && which === role)),
            page, pages, strip: null, kind: 'grid',
        };
    }
    if (main && others.length === 0) {
        return { placed: large({ left: 0, top: 0, width, height }), page: 0, pages: 1, strip: null, kind };
    }
    if (main) {
        const { size, strip, field, boxes } = stripBoxes(width, height, gap, PAGER);
        const { shown, page, pages } = cut(others, size, wishes.page);
        const places = boxes(shown.length);
        return {
            placed: [...large(field),
                ...shown.map(([participant, which], index) => place(participant, which, places[index]))],
            page, pages, strip, kind,
        };
    }
    const isPaged = others.length > pageSize(others.length, width, height, gap);
    const high = isPaged ? height - PAGER + 4 : height;
    const { shown, page, pages } = cut(others, pageSize(others.length, width, high, gap), wishes.page);
    const places = gridBoxes(shown.length, width, high, gap);
    return {
        placed: shown.map(([participant, which], index) => place(participant, which, places[index])), page, pages, strip: null, kind,
    };
}

/**
 * What the relay is asked for, most important first: the large picture, pins, floor, chair, voices, then as on the screen.
 * @param {import('./room-state.js').RoomState} state
 * @param {string[]} pins
 * @param {Placed[]} placed
 * @param {number} density device pixels in a CSS pixel
 */
export function wishOf(state, pins, placed, density) {
    const { chair, speakers, lastSpeaker } = state;
    const rank = (/** @type {Placed} */ { participant, isMain, role }) => {
        const { id } = participant;
        if (isMain) return 0;
        if (role === 'screen') return 1;
        if (pins.includes(id)) return 2;
        if (state.speaks(participant)) return 3;
        if (id === chair) return 4;
        if (speakers.includes(id)) return 5;
        return id === lastSpeaker ? 6 : 7;
    };
    // Sorting is stable: equals stay as they are on the screen.
    return placed.filter(({ participant, role }) => !participant.self && participant.tracks[role])
        .sort((one, other) => rank(one) - rank(other))
        .map(({ participant, role, height }) => ({ participant: participant.id, role, height: Math.round(height * density) }));
}

/** Whose picture stands beside a page: who has the floor, or spoke last. @param {import('./room-state.js').RoomState} state @param {Participant[]} people */
function lead(state, people) {
    return people.find((one) => state.speaks(one)) ?? people.find(({ id }) => id === state.lastSpeaker) ?? people.find(({ id }) => id === state.chair)
        ?? people.find(({ self }) => !self) ?? people[0] ?? null;
}

/** @param {import('./room-state.js').RoomState} state @param {string[]} pins @returns {Participant[]} */
function inOrder(state, pins) {
    const rank = (/** @type {Participant} */ participant) => {
        const { id, self } = participant;
        if (pins.includes(id)) return pins.indexOf(id) - pins.length;
        if (self) return 0;
        return id === state.chair ? 1 : state.speaks(participant) ? 2 : 3;
    };
    return state.present.sort((one, other) => rank(one) - rank(other));
}

/**
 * @param {import('./room-state.js').RoomState} state
 * @param {Wishes} wishes
 * @param {Participant[]} people
 * @returns {{main: Participant|null, second?: Participant, role: PictureRole, screen: Participant|null}} `screen`: whose shared screen is shown here
 */
function choose(state, { view, pins, followsStage }, people) {
    const presenter = state.presenter();
    const screen = presenter && !presenter.self ? presenter : null;
    const push = followsStage ? state.push : null;
    const [staged, beside] = (push?.ids ?? []).map((id) => people.find((one) => one.id === id)).filter((one) => one !== undefined);
    // A film is the chair's to show: it is large for everybody who follows.
    if (screen?.film && followsStage) return { main: screen, role: 'screen', screen };
    if (push?.layout === 'paper' && screen) return { main: screen, role: 'screen', screen };
    if (push?.layout === 'grid') return { main: null, role: 'camera', screen };
    if (push?.layout === 'pair' && staged && beside) return { main: staged, second: beside, role: 'camera', screen };
    if (staged && staged !== screen) return { main: staged, role: 'camera', screen };
    if (screen) return { main: screen, role: 'screen', screen };
    if (view === 'grid') return { main: null, role: 'camera', screen };
    const by = (/** @type {string|null} */ id) => people.find((participant) => participant.id === id);
    const pinned = by(pins.find((id) => by(id)) ?? null);
    if (pinned) return { main: pinned, role: 'camera', screen };
    // A turn that is shared: two are large side by side, any others first in the strip.
    const holder = by(state.floor) ?? people.find((one) => state.speaks(one));
    const second = holder && people.find((one) => state.speaks(one) && one.seat !== holder.seat);
    const main = holder ?? by(state.lastSpeaker) ?? people.find((participant) => !participant.self) ?? people[0] ?? null;
    return { main, second, role: 'camera', screen };
}

/** @template T @param {T[]} all @param {number} size @param {number} page */
function cut(all, size, page) {
    const pages = Math.max(1, Math.ceil(all.length / size));
    const here = Math.min(Math.max(0, page), pages - 1);
    return { shown: all.slice(here * size, (here + 1) * size), page: here, pages };
}
