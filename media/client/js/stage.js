// The pictures on the page: tiles where `arrange` puts them, pages, pins, and wishes to the relay about sizes.
import { arrange, wishOf } from './arrangement.js';
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';
import { pictureReason } from './line-words.js';
import { reception } from './settings.js';
import { Tile } from './tile.js';

/** @typedef {import('./room-state.js').Participant} Participant */
/** @typedef {import('./arrangement.js').Placed} Placed */
/** @typedef {'grid'|'speaker'} View */

const GAP = 8;
const WISH_MS = 250;
const REORDER_MS = 10_000;
/** A look at another tab costs no picture. */
const HIDDEN_MS = 1500;

export class Stage {
    /** @type {View} */
    view = 'grid';
    page = 0;
    /** The last one pinned comes first. @type {string[]} */
    pins = [];
    /** What the chair showed when the viewer went an own way: its key. @type {string|null} */
    #declined = null;
    #pages = 1;
    #count = 0;
    /** @type {Map<string, Tile>} */
    #tiles = new Map();
    #wished = '';
    #wishedContent = '';
    #wishedAt = -Infinity;
    /** @type {number|undefined} */
    #wishTimer;
    #frame = 0;
    #isHidden = false;
    /** Whether a paper has the room, and the pictures a column beside it. */
    isBeside = false;

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
        this.previous = h('button', { type: 'button', class: 'bare', 'aria-keyshortcuts': 'PageUp', click: () => this.turn(-1) }, icon('left'));
        this.next = h('button', { type: 'button', class: 'bare', 'aria-keyshortcuts': 'PageDown', click: () => this.turn(1) }, icon('right'));
        this.pageText = h('span', { class: 'page-text', 'aria-live': 'polite' });
        this.pager.append(this.previous, this.pageText, this.next);
        this.stagedWords = h('span');
        this.stagedButton = h('button', { type: 'button', class: 'staged-button', click: () => this.#toggleStaged() });
        this.staged = h('div', { class: 'staged', hidden: true }, icon('speaker'), this.stagedWords, this.stagedButton);
        this.root.append(this.field, this.alone, this.staged, this.pager);
        new ResizeObserver(() => this.draw()).observe(this.root);
        setInterval(() => { for (const tile of this.#tiles.values()) tile.tick(); }, 1000);
        document.addEventListener('visibilitychange', () => {
            setTimeout(() => { this.#isHidden = document.hidden; this.draw(); }, document.hidden ? HIDDEN_MS : 0);
        });
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
        // Whoever asks for another view while the chair shows somebody wants that view.
        this.#declined = this.session.state.push?.key ?? null;
        this.draw();
    }

    /** Whether the viewer sees what the chair shows to everybody. */
    get followsStage() {
        const { push } = this.session.state;
        return push !== null && this.#declined !== push.key;
    }

    #toggleStaged() {
        this.#declined = this.followsStage ? this.session.state.push?.key ?? null : null;
        this.draw();
    }

    /** @param {string} participant */
    togglePin(participant) {
        const isPinned = this.pins.includes(participant);
        this.pins = this.pins.filter((id) => id !== participant);
        if (!isPinned) this.pins.unshift(participant);
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
        this.#wished = this.#wishedContent = '';
        this.draw();
    }

    #drawNow() {
        const { state } = this.session;
        const width = this.root.clientWidth - 2 * GAP;
        const height = this.root.clientHeight - 2 * GAP;
        if (width <= 0 || height <= 0) return;
        if (state.push === null) this.#declined = null;
        const wishes = { view: this.view, page: this.page, pins: this.pins, followsStage: this.followsStage, isBeside: this.isBeside };
        const { placed, page, pages, strip, kind } = arrange(state, wishes, { width, height, gap: GAP });
        this.page = page;
        this.#pages = pages;
        this.#count = state.present.length;
        this.root.dataset.view = kind;
        if (strip !== null) this.root.style.setProperty('--strip', `${Math.round(strip) + 2 * GAP}px`);
        this.#drawWords(state);
        this.#place(placed);
        this.#wish(placed);
    }

    /** @param {import('./room-state.js').RoomState} state */
    #drawWords(state) {
        this.alone.hidden = state.present.length !== 1;
        this.alone.textContent = t('stage.alone');
        this.pager.hidden = this.#pages < 2;
        this.pageText.textContent = t('page.of', { page: this.page + 1, pages: this.#pages });
        this.pageText.title = t('people.count', { count: this.#count });
        this.previous.disabled = this.page === 0;
        this.next.disabled = this.page >= this.#pages - 1;
        this.previous.setAttribute('aria-label', t('page.previous'));
        this.next.setAttribute('aria-label', t('page.next'));
        const words = state.push ? stagedWords(state, state.push) : '';
        this.staged.hidden = !words;
        if (!words) return;
        if (this.stagedWords.textContent !== words) this.stagedWords.textContent = words;
        this.stagedButton.textContent = t(this.followsStage ? 'stage.own' : 'stage.follow');
    }

    /** @param {Placed[]} placed */
    #place(placed) {
        const kept = new Set();
        for (const { participant, role, width, height, left, top } of placed) {
            const key = `${participant.id}/${role}`;
            kept.add(key);
            const tile = this.#tiles.get(key) ?? new Tile(participant.id, role, {
                pin: () => this.togglePin(participant.id),
                last: (canvas, at) => this.#keep(participant.id, role, canvas, at),
            });
            this.#tiles.set(key, tile);
            Object.assign(tile.element.style, {
                left: `${Math.round(left) + GAP}px`, top: `${Math.round(top) + GAP}px`,
                width: `${Math.round(width)}px`, height: `${Math.round(height)}px`,
            });
            tile.element.classList.toggle('small', width < 300);
            tile.element.classList.toggle('tiny', width < 180);
            this.#drawTile(tile, participant, role);
        }
        for (const [key, tile] of this.#tiles) {
            if (kept.has(key)) continue;
            tile.remove();
            this.#tiles.delete(key);
        }
        // The order of reading is the order on the screen; moving an element would take its focus.
        placed.forEach(({ participant, role }, index) => {
            const { element } = /** @type {Tile} */ (this.#tiles.get(`${participant.id}/${role}`));
            const there = this.field.children[index];
            if (there !== element && !element.contains(document.activeElement)) this.field.insertBefore(element, there ?? null);
        });
    }

    /** @param {Tile} tile @param {Participant} participant @param {'camera'|'screen'} role */
    #drawTile(tile, participant, role) {
        const { state, pictures, peer } = this.session;
        const voiceOnly = reception() === 'audio';
        const slot = participant.self ? null : state.slotOf(participant.id, role);
        const local = role === 'camera' ? this.devices.camera : this.devices.screen;
        const received = slot && !voiceOnly ? peer?.slots.get(slot.mid)?.receiver.track ?? null : null;
        tile.draw(participant, {
            track: !participant.tracks[role] ? null : participant.self ? local : received,
            state: slot?.picture ?? null, speaking: state.speakers.includes(participant.id), pinned: this.pins.includes(participant.id),
            still: () => (participant.self ? null : pictures.get(participant.id, role)),
            reason: (what) => pictureReason(what, { line: state.line, score: participant.score, reception: reception() }),
            duty: state.duty(participant),
            page: state.pages.get(participant.id) ?? null, voiceOnly,
        });
    }

    /** @param {string} participant @param {'camera'|'screen'} role @param {HTMLCanvasElement} canvas @param {number} at */
    #keep(participant, role, canvas, at) {
        // What was switched off is not shown any more.
        if (this.session.state.participants.get(participant)?.tracks[role]) this.session.pictures.keep(participant, role, canvas, at);
    }

    /** @param {Placed[]} placed */
    #wish(placed) {
        clearTimeout(this.#wishTimer);
        const showsNothing = this.#isHidden || reception() === 'audio';
        const wish = showsNothing ? [] : wishOf(this.session.state, this.pins, placed, Math.min(3, devicePixelRatio));
        const text = JSON.stringify(wish);
        if (text === this.#wished) return;
        // The same pictures in another order, as voices change: the relay knows the voices itself.
        const content = wish.map((one) => JSON.stringify(one)).sort().join();
        const wait = content === this.#wishedContent ? Math.max(WISH_MS, this.#wishedAt + REORDER_MS - performance.now()) : WISH_MS;
        this.#wishTimer = setTimeout(() => {
            this.#wished = text;
            this.#wishedContent = content;
            this.#wishedAt = performance.now();
            this.session.say({ type: 'view', wish });
        }, wait);
    }
}

/** @param {import('./room-state.js').RoomState} state @param {import('./room-state.js').Push} push */
function stagedWords(state, { ids, layout }) {
    const shown = ids.map((id) => state.participants.get(id)).filter((one) => one !== undefined);
    if (layout === 'paper' || (layout === 'grid' && shown.length === 0)) return t(`stage.staged.${layout}`);
    const names = shown.map(({ self, name, site }) => (self ? t('stage.you') : name || site || t('tile.unnamed')));
    return names.length ? t('stage.staged', { name: names.join(', ') }) : '';
}
