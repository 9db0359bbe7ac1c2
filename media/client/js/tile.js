// One participant's picture (or initials) with its signs; or one shared screen.
import { h, icon } from './dom.js';
import { t } from './i18n.js';

/** @typedef {import('./room-state.js').Participant} Participant */

const HELD_MS = 2000;
// The first frames after a slot has changed hands may still be the former owner's.
const SETTLE_MS = 150;
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

/** @param {import('./room-state.js').Quality|undefined} quality */
export function qualityWords(quality) {
    if (!quality || typeof quality.score !== 'number') return '';
    const words = t(`quality.${quality.score}`);
    if (typeof quality.rtt !== 'number') return words;
    const loss = Math.max(quality.uplinkLoss ?? 0, quality.downlinkLoss ?? 0);
    return t('quality.figures', { words, rtt: quality.rtt, loss: (loss * 100).toFixed(loss < 0.1 ? 1 : 0) });
}

/** @param {import('./room-state.js').Quality|undefined} quality */
export function qualityBars(quality) {
    const bars = h('span', { class: 'bars' }, h('i'), h('i'), h('i'), h('i'));
    showQuality(bars, quality);
    return bars;
}

/**
 * @param {HTMLElement} bars
 * @param {import('./room-state.js').Quality|undefined} quality
 */
export function showQuality(bars, quality) {
    const words = qualityWords(quality);
    bars.hidden = !words;
    if (!words) return;
    bars.dataset.score = String(quality?.score);
    bars.setAttribute('role', 'img');
    bars.setAttribute('aria-label', words);
    bars.title = words;
}

export class Tile {
    #boundAt = 0;
    #lastFrame = 0;
    #hasFrame = false;
    /** @type {MediaStreamTrack|null} */
    #track = null;
    /** @type {HTMLVideoElement|null} */
    #video = null;

    /**
     * @param {string} participant
     * @param {'camera'|'screen'} role
     */
    constructor(participant, role) {
        this.participant = participant;
        this.role = role;
        this.initials = h('span', { class: 'initials', 'aria-hidden': 'true' });
        this.face = h('div', { class: `face face-${faceOf(participant)}` }, this.initials);
        this.micOff = h('span', { class: 'mic-sign', hidden: true }, icon('mic-off'));
        this.nameText = h('span', { class: 'tile-name' });
        this.siteText = h('span', { class: 'tile-site' });
        this.bars = qualityBars(undefined);
        this.held = h('span', { class: 'held', hidden: true }, icon('pause'), h('span'));
        this.foot = h('div', { class: 'tile-foot' }, this.micOff,
            h('span', { class: 'tile-words' }, this.nameText, this.siteText), this.bars);
        this.element = h('article', { class: `tile ${role}`, 'data-participant': participant, 'data-role': role },
            this.face, this.held, this.foot);
    }

    /**
     * @param {Participant} participant
     * @param {{track: MediaStreamTrack|null, speaking: boolean}} now
     */
    draw(participant, now) {
        const name = participant.name || t('tile.unnamed');
        const isScreen = this.role === 'screen';
        const shown = isScreen ? t('screen.of', { name }) : participant.self ? t('tile.you', { name }) : name;
        this.initials.textContent = initials(participant.name || participant.site);
        this.nameText.textContent = shown;
        this.siteText.textContent = participant.site;
        this.siteText.hidden = !participant.site;
        const isMuted = !isScreen && !participant.tracks.microphone;
        this.micOff.hidden = !isMuted;
        const speaking = now.speaking && !isMuted && !isScreen;
        this.element.classList.toggle('speaking', speaking);
        this.element.classList.toggle('mirrored', participant.self && !isScreen);
        this.element.classList.toggle('absent', !participant.connected);
        const signs = [isMuted ? t('tile.mic.off') : '', speaking ? t('tile.speaking') : ''];
        this.element.setAttribute('aria-label', [shown, participant.site, ...signs].filter(Boolean).join(', '));
        this.micOff.title = t('tile.mic.off');
        this.held.lastElementChild.textContent = t('tile.held');
        showQuality(this.bars, isScreen ? undefined : participant.quality);
        this.bind(now.track);
    }

    /** @param {MediaStreamTrack|null} track */
    bind(track) {
        if (track === this.#track) return;
        this.#track = track;
        this.#hasFrame = false;
        this.#boundAt = performance.now();
        this.#lastFrame = this.#boundAt;
        this.element.classList.remove('live');
        if (this.#video) {
            this.#video.srcObject = null;
            this.#video.remove();
            this.#video = null;
        }
        if (!track) return;
        // A fresh element: it starts empty instead of with the last picture of whoever was here.
        const video = h('video', { autoplay: true, playsinline: true, 'aria-hidden': 'true', tabindex: '-1' });
        video.muted = true;
        video.disablePictureInPicture = true;
        video.srcObject = new MediaStream([track]);
        this.#video = video;
        this.face.after(video);
        void video.play().catch(() => undefined);
        this.#countFrames(video);
    }

    /** @param {any} video */
    #countFrames(video) {
        const seen = () => {
            if (video !== this.#video) return;
            const now = performance.now();
            this.#lastFrame = now;
            if (!this.#hasFrame && now - this.#boundAt >= SETTLE_MS) {
                this.#hasFrame = true;
                this.element.classList.add('live');
            }
            if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(seen);
        };
        if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(seen);
        else video.addEventListener('timeupdate', seen);
    }

    /** Called each second: marks a picture that has stopped. */
    tick() {
        if (document.hidden || !this.#hasFrame || !this.#track) {
            this.held.hidden = true;
            return;
        }
        // A shared screen that does not move sends next to nothing.
        const limit = this.role === 'screen' ? 15_000 : HELD_MS;
        const isLocal = this.element.classList.contains('mirrored');
        this.held.hidden = isLocal || performance.now() - this.#lastFrame < limit;
    }

    remove() {
        this.bind(null);
        this.element.remove();
    }
}
