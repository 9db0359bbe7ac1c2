// One participant's picture (moving, standing, or initials) with its signs; or one shared screen.
import { lineBars, showBars } from './bars.js';
import { h, icon } from './dom.js';
import { language, t } from './i18n.js';
import { TileVideo } from './tile-video.js';

/** @typedef {import('./room-state.js').Participant} Participant */
/**
 * @typedef {{
 *     track: MediaStreamTrack|null, state: import('./room-state.js').PictureState|null, speaking: boolean, pinned: boolean,
 *     still: () => import('./pictures.js').Picture|null, reason: (what: string) => string, duty: 'chair'|'floor'|'', page: number|null,
 *     voiceOnly: boolean
 * }} Now `state`: of the slot; `duty`: what the participant is to the meeting; `page`: the number that the presenter is at
 */

const HELD_MS = 2000;
const FACES = 6;

/** First letters of the first and the last word: "Nguyễn Thị Lan" is NL. @param {string} name */
export function initials(name) {
    const words = name.trim().split(/\s+/).filter(Boolean);
    const letters = words.length > 1 ? [words[0], words[words.length - 1]] : words;
    return letters.map((word) => [...word][0]?.toLocaleUpperCase('vi') ?? '').join('') || '–';
}

/** @param {string} id */
function faceOf(id) {
    let sum = 0;
    for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
    return sum % FACES;
}

/** @param {number} at */
export function clock(at) {
    return new Date(at).toLocaleTimeString(language() === 'vi' ? 'vi-VN' : 'en-GB', { hour12: false });
}

export class Tile {
    /** @type {Participant|null} */
    #person = null;
    /** @type {Now|null} */
    #now = null;

    /**
     * @param {string} participant
     * @param {'camera'|'screen'} role
     * @param {{pin: () => void, last: (canvas: HTMLCanvasElement, at: number) => void}} does
     */
    constructor(participant, role, does) {
        this.participant = participant;
        this.role = role;
        this.initials = h('span', { class: 'initials', 'aria-hidden': 'true' });
        this.faceWords = h('span', { class: 'face-words', hidden: true });
        this.face = h('div', { class: `face face-${faceOf(participant)}` }, this.initials, this.faceWords);
        this.moving = h('div', { class: 'moving' });
        this.standing = h('div', { class: 'standing', hidden: true });
        this.video = new TileVideo(this.moving, () => this.#show(), does.last);
        this.micOff = h('span', { class: 'mic-sign', hidden: true }, icon('mic-off'));
        this.nameText = h('span', { class: 'tile-name' });
        this.siteText = h('span', { class: 'tile-site' });
        this.bars = lineBars(undefined);
        this.chipWords = h('span', { class: 'chip-words' });
        this.chip = h('span', { class: 'picture-chip', hidden: true }, h('span', { class: 'chip-sign' }), this.chipWords);
        this.duty = h('span', { class: 'duty', hidden: true });
        this.pin = h('button', { type: 'button', class: 'pin', 'aria-keyshortcuts': 'P', click: does.pin }, icon('pin'));
        this.pin.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.ctrlKey || event.altKey || event.metaKey || (event.key.toLowerCase() !== 'p' && event.code !== 'KeyP')) return;
            event.preventDefault();
            event.stopPropagation();
            does.pin();
        });
        this.foot = h('div', { class: 'tile-foot' }, this.micOff,
            h('span', { class: 'tile-words' }, this.nameText, this.siteText), this.bars);
        this.element = h('article', { class: `tile ${role}`, 'data-participant': participant, 'data-role': role },
            this.face, this.moving, this.standing, h('div', { class: 'tile-head' }, this.chip, this.duty), this.pin, this.foot);
    }

    /** @param {Participant} participant @param {Now} now */
    draw(participant, now) {
        this.#person = participant;
        this.#now = now;
        const name = participant.name || t('tile.unnamed');
        const isScreen = this.role === 'screen';
        const shown = participant.film ? name : isScreen ? t('screen.of', { name }) : participant.self ? t('tile.you', { name }) : name;
        this.initials.textContent = initials(participant.name || participant.site);
        this.nameText.textContent = shown;
        this.siteText.textContent = participant.site;
        this.siteText.hidden = !participant.site;
        const isMuted = !isScreen && !participant.tracks.microphone;
        this.micOff.hidden = !isMuted;
        this.micOff.title = t('tile.mic.off');
        const speaking = now.speaking && !isMuted && !isScreen;
        this.element.classList.toggle('speaking', speaking);
        this.element.classList.toggle('mirrored', participant.self && !isScreen);
        this.element.classList.toggle('absent', !participant.connected);
        this.element.classList.toggle('pinned', now.pinned);
        this.duty.hidden = !now.duty || isScreen;
        this.duty.textContent = now.duty ? t(`duty.${now.duty}`) : '';
        this.pin.hidden = isScreen || participant.self;
        const pinWords = t(now.pinned ? 'pin.off' : 'pin.on', { name });
        this.pin.setAttribute('aria-label', pinWords);
        this.pin.setAttribute('aria-pressed', String(now.pinned));
        this.pin.title = `${pinWords} (P)`;
        showBars(this.bars, isScreen ? undefined : participant.score);
        this.faceWords.hidden = !isScreen;
        this.faceWords.textContent = !isScreen ? '' : !now.page ? t('screen.coming')
            : t(now.voiceOnly ? 'screen.page' : 'picture.page.behind', { page: now.page });
        this.video.bind(now.track);
        this.#show();
        const signs = [now.duty && !isScreen ? t(`duty.${now.duty}`) : '', isMuted ? t('tile.mic.off') : '', speaking ? t('tile.speaking') : '',
            this.chip.hidden ? '' : this.chip.title];
        this.element.setAttribute('aria-label', [shown, participant.site, ...signs].filter(Boolean).join(', '));
    }

    /** Moving or standing picture or face, and the chip that tells why. */
    #show() {
        const [now, person] = [this.#now, this.#person];
        if (!now || !person) return;
        const isLive = this.video.hasFrame;
        const stalled = isLive && this.#isStalled(person);
        const isHeld = now.state === 'held' || stalled;
        const age = performance.now() - this.video.lastFrame;
        const known = person.tracks[this.role] && !now.voiceOnly ? now.still() : null;
        const still = known && (!isLive || (isHeld && known.at > Date.now() - age + 500)) ? known : null;
        this.element.classList.toggle('live', isLive);
        this.standing.hidden = !still;
        if (still && still.element.parentNode !== this.standing) this.standing.replaceChildren(still.element);
        if (!still) this.standing.replaceChildren();
        this.#explain(still, isLive ? (isHeld ? 'held' : now.state ?? 'full') : 'none');
    }

    /**
     * @param {import('./pictures.js').Picture|null} still
     * @param {'full'|'reduced'|'slow'|'held'|'none'} moving
     */
    #explain(still, moving) {
        const now = /** @type {Now} */ (this.#now);
        const what = still ? still.kind : moving;
        this.chip.hidden = what === 'full' || what === 'none';
        if (this.chip.hidden) return;
        const time = still ? clock(still.at) : '';
        const isBehind = still?.kind === 'page' && now.page !== null && still.version < now.page;
        const words = t(isBehind ? 'picture.page.behind' : `picture.${what}`, { time, page: now.page ?? '' });
        const title = `${words}${words.endsWith('…') ? '' : '.'} ${now.reason(what)}`;
        if (this.chip.title === title) return;
        this.chip.title = title;
        this.chip.dataset.what = what;
        this.chip.firstElementChild.replaceChildren(icon(still ? 'still' : { held: 'pause', slow: 'clock' }[what] ?? what));
        // On a small tile the sign and the time say it.
        const [before, after] = time ? words.split(time) : [words, ''];
        this.chipWords.replaceChildren(h('span', { class: 'chip-more', text: before }), h('span', { text: time }), after);
    }

    /** @param {Participant} person */
    #isStalled(person) {
        if (document.hidden || (person.self && this.role === 'camera')) return false;
        // A shared screen that does not move sends next to nothing.
        return performance.now() - this.video.lastFrame > (this.role === 'screen' ? 15_000 : HELD_MS);
    }

    /** Called each second: keeps a picture, marks one that has stopped. */
    tick() {
        if (!this.#person?.self) this.video.snap();
        this.#show();
    }

    remove() {
        this.video.bind(null);
        this.element.remove();
    }
}
