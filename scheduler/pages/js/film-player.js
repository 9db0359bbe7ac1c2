// A recording's film as it is watched: chapters beside it, speed, keys, and the sound alone where the line is thin.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { filmPages } from './film-pages.js';
import { clockWords } from './film-times.js';
import { linkButton, notice } from './ui.js';

const SPEEDS = [0.75, 1, 1.25, 1.5, 1.75, 2];
const STEP_S = 10;
/** A chapter is sought a little behind its begin: where one caption ends and the next begins Chromium shows both, and goes on doing so. */
const WITHIN_S = 0.01;
/** What a line must bear more than the film has, so that it plays without stops. */
const MARGIN = 1.3;

/** Whether the browser takes its line for one that does not bear the film. @param {number} bytes @param {number} seconds */
function isThin(bytes, seconds) {
    const line = /** @type {any} */ (navigator).connection;
    if (!line) return false;
    return line.saveData || /2g$/.test(line.effectiveType ?? '') || line.downlink * 1e6 < (MARGIN * 8 * bytes) / Math.max(1, seconds);
}

/** The address of a file of a film, or '' where it is not there. @param {any} recording @param {string} name */
const address = (recording, name) =>
    recording.film.files.some((/** @type {any} */ file) => file.name === name) ? `/api/recordings/${recording.id}/film/${name}` : '';

/** @param {any} recording */
export const canPlay = (recording) => Boolean(address(recording, 'film.mp4') || address(recording, 'growing.mp4'));

/**
 * @param {any} recording as the API tells of it
 * @param {number} [from] where it begins, s
 * @returns {HTMLElement}
 */
export function filmPlayer(recording, from = 0) {
    const bytes = (/** @type {string} */ name) => recording.film.files.find((/** @type {any} */ file) => file.name === name)?.bytes ?? 0;
    const film = address(recording, 'film.mp4') || address(recording, 'growing.mp4');
    const sound = address(recording, 'sound.mp4');
    const video = h('video', { controls: true, playsinline: true, preload: 'metadata', 'aria-label': t('film.title', { n: recording.number }) });
    const track = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {string} */ label) =>
        (address(recording, name) ? h('track', { kind, src: address(recording, name), srclang: 'vi', label, default: kind === 'captions' }) : null);
    const captions = track('captions', 'speakers.vtt', t('film.who'));
    const marks = track('chapters', 'chapters.vtt', t('film.chapters'));
    for (const one of [captions, marks]) if (one) video.append(one);

    // A browser shows no captions over sound.
    const speaker = h('strong');
    captions?.track.addEventListener('cuechange', () => {
        speaker.textContent = [...(captions.track.activeCues ?? [])].map((cue) => cue.getCueAsHTML().textContent).join(', ');
    });
    const list = h('ol', { class: 'film-chapters', 'aria-label': t('film.chapters') });
    const only = h('input', { type: 'checkbox', checked: Boolean(sound) && isThin(bytes('film.mp4'), recording.film.composed), disabled: !sound });
    const speed = h('select', { class: 'input' }, ...SPEEDS.map((value) => h('option', { value, selected: value === 1, text: `${String(value).replace('.', t('film.point'))}×` })));

    /** Takes up another file where the one before was. */
    function load() {
        const { currentTime, paused } = video;
        video.src = only.checked ? sound : film;
        root.classList.toggle('listening', only.checked);
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
    function mark() {
        papers.mark(video.currentTime);
        const now = cues().findLastIndex((cue) => cue.startTime <= video.currentTime + 0.05);
        for (const [index, item] of [...list.children].entries()) {
            const button = item.firstElementChild;
            if ((index === now) === button.hasAttribute('aria-current')) continue;
            button.toggleAttribute('aria-current', index === now);
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

    /** @param {KeyboardEvent} event */
    function press(event) {
        const target = /** @type {HTMLElement} */ (event.target);
        if (event.ctrlKey || event.metaKey || event.altKey || target.closest('select, input, a, summary')) return;
        const digit = /^[1-9]$/.test(event.key) ? Number(event.key) : 0;
        const act = digit ? () => open(digit - 1) : {
            ArrowLeft: () => seek(video.currentTime - STEP_S), ArrowRight: () => seek(video.currentTime + STEP_S),
            '[': () => papers.step(-1), ']': () => papers.step(1),
            j: () => seek(video.currentTime - STEP_S), l: () => seek(video.currentTime + STEP_S), k: toggle,
            // The film's own buttons, and those of the chapters, know what a space is to them.
            ' ': target === video || target.closest('button') ? undefined : toggle,
        }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        act();
    }

    video.addEventListener('timeupdate', mark);
    video.addEventListener('seeking', mark);
    speed.addEventListener('change', () => { video.defaultPlaybackRate = video.playbackRate = Number(speed.value); });
    only.addEventListener('change', load);
    const trouble = h('div', { role: 'alert' });
    video.addEventListener('error', () => trouble.replaceChildren(notice('bad', t('film.trouble'))));
    video.addEventListener('loadeddata', () => trouble.replaceChildren());

    const root = h('div', { class: 'film', role: 'group', 'aria-label': t('film.title', { n: recording.number }) },
        h('div', { class: 'film-picture', tabindex: '-1' }, video, h('p', { class: 'film-listening' }, icon('sound'), h('span', {}, t('film.listening'), speaker))),
        marks ? h('div', { class: 'film-side' }, h('h3', { text: t('film.chapters') }), list) : null,
        h('div', { class: 'film-tools' },
            h('label', { class: 'film-speed' }, h('span', { text: t('film.speed') }), speed),
            h('label', { class: 'film-only' }, only, h('span', { text: sound ? t('film.only', { size: sizeWords(bytes('sound.mp4')) }) : t('film.only.later') })),
            address(recording, 'film.mp4') ? linkButton(t('film.download', { size: sizeWords(bytes('film.mp4')) }), `${film}?download=1`, { icon: 'down', small: true, download: '' }) : null,
            h('p', { class: 'fine', text: t('film.keys') })),
        papers.element, trouble);
    root.addEventListener('keydown', press, { capture: true });
    load();
    seek(from);
    return root;
}
