// The pictures: grid, speaker or shared screen; pages when they do not fit; wishes to the relay about sizes.
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';
import { RATIO, bestGrid, pageSize, stripSize } from './layout.js';
import { Tile } from './tile.js';

/** @typedef {import('./room-state.js').Participant} Participant */
/** @typedef {'grid'|'speaker'} View */

const GAP = 8;
const WISH_MS = 250;

export class Stage {
    /** @type {View} */
    view = 'grid';
    page = 0;
    #pages = 1;
    /** @type {Map<string, Tile>} */
    #tiles = new Map();
    #wished = '';
    /** @type {number|undefined} */
    #wishTimer;
    #frame = 0;

    /**
     * @param {import('./session.js').Session} session
     * @param {import('./devices.js').Devices} devices
     */
    constructor(session, devices) {
        this.session = session;
        this.devices = devices;
        this.root = byId('stage');
        this.field = h('div', { class: 'field-of-tiles' });
        this.alone = h('p', { class: 'alone', hidden: true });
        this.pager = h('nav', { class: 'pager', hidden: true });
        this.previous = h('button', { type: 'button', class: 'bare', click: () => this.turn(-1) }, icon('left'));
        this.next = h('button', { type: 'button', class: 'bare', click: () => this.turn(1) }, icon('right'));
        this.pageText = h('span', { 'aria-live': 'polite' });
        this.pager.append(this.previous, this.pageText, this.next);
        this.root.append(this.field, this.alone, this.pager);
        new ResizeObserver(() => this.draw()).observe(this.root);
        setInterval(() => { for (const tile of this.#tiles.values()) tile.tick(); }, 1000);
    }

    /** @param {number} step */
    turn(step) {
        this.page = Math.min(Math.max(0, this.page + step), this.#pages - 1);
        this.draw();
    }

    /** @param {View} view */
    show(view) {
        this.view = view;
        this.page = 0;
        this.draw();
    }

    /** Draws once in the coming frame, however often it is asked. */
    draw() {
        if (this.#frame) return;
        this.#frame = setTimeout(() => {
            this.#frame = 0;
            this.#drawNow();
        }, 16);
    }

    /** Forgets what was wished: a new socket knows nothing of it. */
    wishAgain() {
        this.#wished = '';
        this.draw();
    }

    /** The track that plays a participant's picture, or null. @param {Participant} participant @param {'camera'|'screen'} role */
    #trackOf(participant, role) {
        if (!participant.tracks[role]) return null;
        if (participant.self) return role === 'camera' ? this.devices.camera : this.devices.screen;
        const mid = this.session.state.slotOf(participant.id, role);
        return (mid !== null && this.session.peer?.slots.get(mid)?.receiver.track) || null;
    }

    #drawNow() {
        const { state } = this.session;
        const width = this.root.clientWidth - 2 * GAP;
        let height = this.root.clientHeight - 2 * GAP;
        if (width <= 0 || height <= 0) return;
        const people = [...state.present].sort((one, other) => Number(other.self) - Number(one.self));
        const presenter = state.presenter();
        const screen = presenter && !presenter.self ? presenter : null;
        this.alone.hidden = people.length !== 1;
        this.alone.textContent = t('stage.alone');
        this.root.dataset.view = screen ? 'screen' : this.view;
        /** @type {{participant: Participant, role: 'camera'|'screen', width: number, height: number, left: number, top: number}[]} */
        const placed = [];
        const main = screen ?? (this.view === 'speaker' ? this.#speaker(people) : null);
        // Two fields: the main picture, and a strip beside it (below it on an upright screen).
        const others = screen ? people : people.filter((participant) => participant !== main);
        if (main && others.length === 0) {
            placed.push({ participant: main, role: 'camera', ...fit(0, 0, width, height) });
            this.#pages = 1;
        } else if (main) {
            const upright = width < height * 1.2;
            // Upright, at least three fit beside each other, with the pager above them; else the pager is below them.
            const strip = upright ? Math.min(120, height * 0.22, (width - 2 * GAP) / 3 / RATIO) : Math.min(236, width * 0.2);
            const each = upright ? strip * RATIO : strip / RATIO;
            const length = upright ? width + 1 : height - 44;
            this.root.style.setProperty('--strip', `${Math.round(strip) + 2 * GAP}px`);
            const size = stripSize(length, each, GAP);
            const shown = this.#cut(others, size);
            const role = screen ? 'screen' : 'camera';
            const field = upright ? [width, height - strip - GAP] : [width - strip - GAP, height];
            placed.push({ participant: main, role, ...(screen ? { left: 0, top: 0, width: field[0], height: field[1] } : fit(0, 0, field[0], field[1])) });
            const used = shown.length * (each + GAP) - GAP;
            const begin = upright ? Math.max(0, (width - used) / 2) : 0;
            shown.forEach((participant, index) => placed.push({
                participant, role: 'camera',
                left: upright ? begin + index * (each + GAP) : width - strip,
                top: upright ? height - strip : index * (each + GAP),
                width: upright ? each : strip, height: upright ? strip : each,
            }));
        } else {
            if (people.length > pageSize(people.length, width, height, GAP)) height -= 40;
            const shown = this.#cut(people, pageSize(people.length, width, height, GAP));
            const grid = bestGrid(shown.length, width, height, GAP);
            const rows = Math.ceil(shown.length / grid.columns);
            const top = (height - rows * (grid.height + GAP) + GAP) / 2;
            shown.forEach((participant, index) => {
                const row = Math.floor(index / grid.columns);
                const inRow = Math.min(grid.columns, shown.length - row * grid.columns);
                const left = (width - inRow * (grid.width + GAP) + GAP) / 2;
                placed.push({
                    participant, role: 'camera', width: grid.width, height: grid.height,
                    left: left + (index % grid.columns) * (grid.width + GAP), top: top + row * (grid.height + GAP),
                });
            });
        }
        this.#place(placed);
        this.pager.hidden = this.#pages < 2;
        this.pageText.textContent = t('page.of', { page: this.page + 1, pages: this.#pages });
        this.previous.disabled = this.page === 0;
        this.next.disabled = this.page >= this.#pages - 1;
        this.previous.setAttribute('aria-label', t('page.previous'));
        this.next.setAttribute('aria-label', t('page.next'));
        this.#wish(placed);
    }

    /** @param {Participant[]} people */
    #speaker(people) {
        const { state } = this.session;
        return people.find((participant) => participant.id === state.lastSpeaker)
            ?? people.find((participant) => !participant.self) ?? people[0] ?? null;
    }

    /** @param {Participant[]} people @param {number} size */
    #cut(people, size) {
        this.#pages = Math.max(1, Math.ceil(people.length / size));
        this.page = Math.min(this.page, this.#pages - 1);
        return people.slice(this.page * size, (this.page + 1) * size);
    }

    /** @param {{participant: Participant, role: 'camera'|'screen', width: number, height: number, left: number, top: number}[]} placed */
    #place(placed) {
        const { state } = this.session;
        const kept = new Set();
        for (const { participant, role, width, height, left, top } of placed) {
            const key = `${participant.id}/${role}`;
            kept.add(key);
            const tile = this.#tiles.get(key) ?? new Tile(participant.id, role);
            this.#tiles.set(key, tile);
            Object.assign(tile.element.style, {
                left: `${Math.round(left) + GAP}px`, top: `${Math.round(top) + GAP}px`,
                width: `${Math.round(width)}px`, height: `${Math.round(height)}px`,
            });
            tile.element.classList.toggle('small', width < 260);
            tile.element.classList.toggle('tiny', width < 180);
            if (!tile.element.isConnected) this.field.append(tile.element);
            tile.draw(participant, {
                track: this.#trackOf(participant, role), speaking: state.speakers.includes(participant.id),
            });
        }
        for (const [key, tile] of this.#tiles) {
            if (kept.has(key)) continue;
            tile.remove();
            this.#tiles.delete(key);
        }
    }

    /** @param {{participant: Participant, role: 'camera'|'screen', height: number}[]} placed */
    #wish(placed) {
        clearTimeout(this.#wishTimer);
        this.#wishTimer = setTimeout(() => {
            const wish = placed.filter(({ participant }) => !participant.self).map(({ participant, role, height }) => (
                { participant: participant.id, role, height: Math.round(height * Math.min(2, devicePixelRatio)) }));
            const text = JSON.stringify(wish);
            if (text === this.#wished) return;
            this.#wished = text;
            this.session.wish(wish);
        }, WISH_MS);
    }
}

/**
 * The largest 16:9 in a field, in its middle.
 * @param {number} left @param {number} top @param {number} width @param {number} height
 */
function fit(left, top, width, height) {
    const wide = Math.min(width, height * RATIO);
    const high = wide / RATIO;
    return { left: left + (width - wide) / 2, top: top + (height - high) / 2, width: wide, height: high };
}
