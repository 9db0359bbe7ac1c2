// A recording's film as it is watched: chapters and pages beside it, speed, keys, copies, and a lighter file where the line is thin.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { filmCopies } from './film-copies.js';
import { followKeys, showKeys } from './film-keys.js';
import { filmPages } from './film-pages.js';
import { filmSource } from './film-source.js';
import { clockWords } from './film-times.js';
import { button, notice } from './ui.js';

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP_S = 10;
/** A chapter is sought a little behind its begin: where one caption ends and the next begins Chromium shows both, and goes on doing so. */
const WITHIN_S = 0.01;
/** Going a chapter back within so much of its begin goes to the one before. */
const AGAIN_S = 3;

/**
 * @param {any} recording as the API tells of it
 * @param {number} [from] where it begins, s
 * @returns {HTMLElement}
 */
export function filmPlayer(recording, from = 0) {
    const video = h('video', { controls: true, playsinline: true, preload: 'metadata', 'aria-label': t('film.title', { n: recording.number }) });
    const address = (/** @type {string} */ name) =>
        (recording.film.files.some((/** @type {any} */ file) => file.name === name) ? `/api/recordings/${recording.id}/film/${name}` : '');
    const track = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {string} */ label) =>
        (address(name) ? h('track', { kind, src: address(name), srclang: 'vi', label, default: kind === 'captions' }) : null);
    const captions = track('captions', 'speakers.vtt', t('film.who'));
    const marks = track('chapters', 'chapters.vtt', t('film.chapters'));
    for (const one of [captions, marks]) if (one) video.append(one);

    // A browser shows no captions over sound.
    const speaker = h('strong');
    captions?.track.addEventListener('cuechange', () => {
        speaker.textContent = [...(captions.track.activeCues ?? [])].map((cue) => cue.getCueAsHTML().textContent).join(', ');
    });
    const list = h('ol', { class: 'film-chapters', 'aria-label': t('film.chapters') });
    const speed = h('select', { class: 'input' }, ...SPEEDS.map((value) => h('option', { value, selected: value === 1, text: `${String(value).replace('.', t('film.point'))}×` })));
    const told = h('div', { role: 'status' });
    const source = filmSource(recording, video, {
        changed: (_, words) => {
            load();
            told.replaceChildren(words ? notice('plain', words) : '');
        },
    });

    /** Takes up another file where the one before was. */
    function load() {
        const { currentTime, paused } = video;
        video.src = source.address();
        root.classList.toggle('listening', source.form() === 'sound');
        video.currentTime = currentTime;
        video.defaultPlaybackRate = video.playbackRate = Number(speed.value);
        if (!paused) void video.play();
    }
    /** @param {number} seconds */
    const seek = (seconds) => {
        const end = Number.isFinite(video.duration) ? video.duration : Infinity;
        video.currentTime = Math.max(0, Math.min(seconds, end));
    };
    const papers = filmPages(recording, seek, () => root.classList.add('paged'));
    const copies = source.isDone ? filmCopies(recording, video, seek) : null;
    const toggle = () => (video.paused ? void video.play() : video.pause());
    /** @param {number} index */
    function open(index) {
        const cue = cues()[index];
        if (!cue) return;
        seek(cue.startTime + WITHIN_S);
        void video.play();
    }
    /** @returns {any[]} */
    const cues = () => [...(marks?.track.cues ?? [])];
    const chapter = () => cues().findLastIndex((cue) => cue.startTime <= video.currentTime + 0.05);
    /** @param {number} by chapters on or back */
    function step(by) {
        const now = chapter();
        const isWithin = by < 0 && video.currentTime - (cues()[now]?.startTime ?? 0) > AGAIN_S;
        open(Math.max(0, isWithin ? now : now + by));
    }
    /** @param {number} by steps of speed */
    function faster(by) {
        const next = SPEEDS[SPEEDS.indexOf(Number(speed.value)) + by];
        if (next) speed.value = String(next);
        speed.dispatchEvent(new Event('change'));
    }
    function mark() {
        papers.mark(video.currentTime);
        const now = chapter();
        for (const [index, item] of [...list.children].entries()) {
            const press = item.firstElementChild;
            if ((index === now) === press.hasAttribute('aria-current')) continue;
            press.toggleAttribute('aria-current', index === now);
            // The list moves by itself, the page does not.
            if (index === now) list.scrollTop = item.offsetTop - list.offsetTop - list.clientHeight / 3;
        }
    }
    marks?.addEventListener('load', () => {
        list.replaceChildren(...cues().map((cue, index) => h('li', {}, h('button', { type: 'button', click: () => open(index) },
            h('span', { class: 'film-time', text: clockWords(cue.startTime) }), h('span', { text: cue.getCueAsHTML().textContent })))));
        mark();
    });
    // A track that nobody shows is not fetched (HTML §4.8.11.11.2): hidden, it tells its cues to the list.
    if (marks) marks.track.mode = 'hidden';

    video.addEventListener('timeupdate', mark);
    video.addEventListener('seeking', mark);
    speed.addEventListener('change', () => { video.defaultPlaybackRate = video.playbackRate = Number(speed.value); });
    const trouble = h('div', { role: 'alert' });
    video.addEventListener('error', () => trouble.replaceChildren(notice('bad', t('film.trouble'))));
    video.addEventListener('loadeddata', () => trouble.replaceChildren());

    const picture = h('div', { class: 'film-picture', tabindex: '-1' }, video, h('p', { class: 'film-listening' }, icon('sound'), h('span', {}, t('film.listening'), speaker)));
    const keys = () => showKeys(copies?.may() ?? false);
    const root = h('div', { class: 'film', role: 'group', 'aria-label': t('film.title', { n: recording.number }) },
        picture,
        marks ? h('div', { class: 'film-side' }, h('h3', { text: t('film.chapters') }), list) : null,
        h('div', { class: 'film-tools' },
            h('label', { class: 'film-choice' }, h('span', { text: t('film.speed') }), speed),
            h('label', { class: 'film-choice' }, h('span', { text: t('film.form') }), source.box),
            copies?.tools,
            button(t('film.keys'), { small: true, kind: 'quiet', click: keys }),
            told, copies?.only),
        copies?.place, papers.element, trouble);
    followKeys(root, video, {
        ' ': toggle, k: toggle,
        arrowleft: () => seek(video.currentTime - STEP_S), arrowright: () => seek(video.currentTime + STEP_S),
        j: () => seek(video.currentTime - STEP_S), l: () => seek(video.currentTime + STEP_S),
        p: () => step(-1), n: () => step(1), '[': () => papers.step(-1), ']': () => papers.step(1), '<': () => faster(-1), '>': () => faster(1),
        m: () => { video.muted = !video.muted; },
        f: () => (document.fullscreenElement ? void document.exitFullscreen() : void video.requestFullscreen()),
        i: () => copies?.takeFrom(), o: () => copies?.takeTo(), '?': keys,
    }, open);
    load();
    seek(from);
    return root;
}
