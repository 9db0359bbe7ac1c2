// What a meeting's page has of its recordings: how far each is, its film, who spoke how long, and its hash.
import { h } from '/assets/js/dom.js';
import { numberWords, sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { filmPlayer } from './film-player.js';
import { canPlay } from './film-source.js';
import { clockWords } from './film-times.js';
import { integrityWords, keepingChip, keepingWords } from './recording-keeping.js';
import { lengthWords, minutesBetween, momentWords, shortTime } from './times.js';
import { button, chip, failed } from './ui.js';

/** How often what changes is asked for again. */
const AGAIN_MS = 8_000;
/** So many seconds more of a film that grows are worth opening it again. */
const MORE_S = 20;

/** How far a recording is, in words. @param {any} recording */
export function stateChip({ state, film, retention }) {
    if (retention.standing === 'destroyed') return '';
    if (state === 'open') return chip(t('recording.open'), 'bad');
    if (film.phase === 'done') return chip(t('recording.done'), 'good');
    if (film.phase === 'failed') return chip(t('recording.failed'), 'bad');
    if (film.phase === 'waiting') return chip(t('recording.waiting'));
    const minutes = film.remaining === undefined ? 0 : Math.max(1, Math.ceil(film.remaining / 60));
    return chip(minutes ? t('recording.composing.left', { n: minutes }) : t('recording.composing'), 'warn');
}

/** Whether it will be another soon. @param {any} recording */
const isMoving = ({ state, film, retention }) => retention.standing !== 'destroyed' && (state === 'open' || !['done', 'failed'].includes(film.phase));

/** Of two spans with more than this in common two people are heard: a line that broke and came back is never heard beside itself. */
const BOTH_MS = 1_000;

/** @param {number[][]} some @param {number[][]} others spans, ms */
const areTwo = (some, others) => some.some(([from, to]) => others.some((other) => Math.min(to, other[1]) - Math.max(from, other[0]) > BOTH_MS));

/**
 * Whoever came back over a bad line is one speaker, not several; two who have one name and speak at once are two.
 * @param {{name: string, milliseconds: number, spans: number[][]}[]} speakers
 */
function byName(speakers) {
    /** @type {{name: string, milliseconds: number, spans: number[][]}[]} */
    const people = [];
    for (const { name, milliseconds, spans } of speakers) {
        const known = people.find((one) => one.name === name && !areTwo(one.spans, spans));
        if (!known) people.push({ name, milliseconds, spans });
        else {
            known.milliseconds += milliseconds;
            known.spans = [...known.spans, ...spans];
        }
    }
    return people.sort((one, other) => other.milliseconds - one.milliseconds);
}

/** Who spoke how long. @param {any} talk */
function talkTable(talk) {
    const whole = Math.max(1, talk.milliseconds);
    return h('div', { class: 'table-frame' }, h('table', { class: 'table talk' },
        h('thead', {}, h('tr', {}, ...['talk.name', 'talk.time', 'talk.share'].map((key) => h('th', { scope: 'col', text: t(key) })))),
        h('tbody', {}, ...byName(talk.speakers).map((one) => h('tr', {},
            h('th', { scope: 'row', text: one.name }), h('td', { text: clockWords(one.milliseconds / 1000) }),
            h('td', { text: `${numberWords((100 * one.milliseconds) / whole, 1)} %` }))))));
}

/** Opens on demand: most who watch do not ask for it. @param {any} recording */
function talkPart(recording) {
    if (!recording.film.files.some((/** @type {any} */ file) => file.name === 'talk.json')) return null;
    const place = h('div');
    const details = h('details', { class: 'recording-more' }, h('summary', { text: t('talk.title') }), place);
    details.addEventListener('toggle', async () => {
        if (!details.open || place.childElementCount) return;
        try {
            place.replaceChildren(talkTable(await get(`/api/recordings/${recording.id}/film/talk.json`)));
        } catch (error) {
            place.replaceChildren(failed(error));
        }
    });
    return details;
}

/** @param {any} recording */
function hashPart(recording) {
    if (!recording.sha256) return null;
    return h('details', { class: 'recording-more' }, h('summary', { text: t('recording.hash') }),
        h('p', { class: 'fine', text: t('recording.hash.words', { size: sizeWords(recording.bytes) }) }), h('code', { class: 'recording-hash', text: recording.sha256 }));
}

/** One recording: its line is drawn anew whenever it has changed, its player stays. @param {any} first */
function recordingRow(first) {
    const line = h('div', { class: 'recording-line' });
    const place = h('div');
    const keeping = h('p', { class: 'fine recording-keeping' });
    const more = h('div', { class: 'recording-mores' });
    let recording = first;
    let drawn = '';
    /** @type {HTMLElement|null} */
    let player = null;
    /** What there was when the player was opened. @type {any} */
    let opened = null;

    /** Whether there is more to watch than the player has: it is put into its place when somebody asks for it. */
    const isMore = () => !opened || (opened.phase !== 'done' && (recording.film.phase === 'done' || recording.film.composed > opened.composed + MORE_S));

    /** @param {number} [from] s */
    function watch(from) {
        player = filmPlayer(recording, player?.querySelector('video')?.currentTime ?? from);
        opened = recording.film;
        place.replaceChildren(player);
        drawn = '';
        draw(recording);
        player.querySelector('video')?.focus({ preventScroll: true });
    }
    /** @param {any} next */
    function draw(next) {
        recording = next;
        const key = JSON.stringify(recording);
        if (key === drawn) return;
        drawn = key;
        const film = recording.film.files.find((/** @type {any} */ file) => file.name === 'film.mp4');
        line.replaceChildren(
            h('h3', { text: t('film.title', { n: recording.number }) }),
            h('span', { text: recording.ended ? `${momentWords(recording.started)} – ${shortTime(recording.ended)}` : momentWords(recording.started) }),
            recording.ended ? h('span', { class: 'fine', text: lengthWords(minutesBetween(recording.started, recording.ended)) }) : '',
            stateChip(recording), keepingChip(recording) ?? '', film ? h('span', { class: 'fine', text: sizeWords(film.bytes) }) : '',
            !isMore() || !canPlay(recording) ? '' : button(t(recording.film.phase === 'done' ? 'film.watch' : 'film.watch.growing'), { icon: 'play', kind: 'primary', small: true, click: () => watch() }));
        keeping.replaceChildren(keepingWords(recording.retention), ...(recording.state === 'closed' && recording.retention.standing !== 'destroyed' ? [h('br'), integrityWords(recording.integrity)] : []));
        more.replaceChildren(...[talkPart(recording), hashPart(recording)].filter((one) => one !== null));
    }
    draw(first);
    return { id: first.id, element: h('div', { class: 'recording' }, line, place, keeping, more), draw, watch: (/** @type {number} */ from) => player || !canPlay(recording) || watch(from) };
}

/**
 * A part that fills itself, and is empty while the meeting has no recording.
 * @param {string} occurrence
 * @param {AbortSignal} signal of the page
 * @param {number} [wanted] the number of the recording that is to be open
 * @param {number} [from] where it begins, s
 */
export function recordingsPart(occurrence, signal, wanted, from = 0) {
    const place = h('div', { class: 'recordings' });
    /** @type {ReturnType<typeof recordingRow>[]} */
    const rows = [];

    async function load() {
        const { recordings } = await get(`/api/occurrences/${occurrence}/recordings`, { signal });
        // A player takes the focus, which only what is on the page can have: the answer may be here before the page is.
        while (!place.isConnected && !signal.aborted) await new Promise(requestAnimationFrame);
        if (recordings.length && !rows.length) place.append(h('section', { class: 'card', id: 'ban-ghi' }, h('h2', { text: t('recording.title') })));
        for (const recording of recordings) {
            const row = rows.find((one) => one.id === recording.id);
            if (row) row.draw(recording);
            else {
                const added = recordingRow(recording);
                rows.push(added);
                place.firstElementChild?.append(added.element);
                if (recording.number === wanted) added.watch(from);
            }
        }
        if (recordings.some(isMoving)) setTimeout(() => signal.aborted || void load().catch(() => null), AGAIN_MS);
    }
    load().catch((error) => signal.aborted || place.append(failed(error)));
    return place;
}
