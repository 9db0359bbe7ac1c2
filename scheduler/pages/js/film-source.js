// Which of a film's files is played: sharp, small, or the sound alone; chosen by the line, or by whoever watches, who is remembered.
import { t } from '/assets/js/i18n.js';
import { rateWords } from '/assets/js/figures.js';
import { select } from './forms.js';

/** From the heaviest on. */
const FILES = { film: 'film.mp4', low: 'low.mp4', sound: 'sound.mp4' };
/** What a line must bear more than a file has, so that it plays without stops. */
const MARGIN = 1.3;
/** A stop that is longer is the line's fault; at the begin, and where somebody seeks to, every line needs its time. */
const STOP_MS = 2_500;
const BEGIN_MS = 15_000;
const MEMORY = 'giaoban.film';

/** @typedef {'film'|'low'|'sound'} Form */

/** What the browser knows of its line, kbit/s; Infinity where it knows nothing. */
function lineRate() {
    const line = /** @type {any} */ (navigator).connection;
    if (!line) return Infinity;
    if (line.saveData || /2g$/.test(line.effectiveType ?? '')) return 0;
    return line.downlink > 0 ? line.downlink * 1000 : Infinity;
}

/**
 * @param {any} recording
 * @param {HTMLVideoElement} video
 * @param {{changed: (form: Form, words?: string) => void}} settings `words`: why it has changed by itself
 */
export function filmSource(recording, video, { changed }) {
    const size = (/** @type {string} */ name) => recording.film.files.find((/** @type {any} */ file) => file.name === name)?.bytes ?? 0;
    const whole = size(FILES.film) ? FILES.film : 'growing.mp4';
    const names = /** @type {Record<Form, string>} */ ({ ...FILES, film: whole });
    const forms = /** @type {Form[]} */ (Object.keys(names)).filter((form) => size(names[form]));
    /** kbit/s. @param {Form} form */
    const rate = (form) => (8 * size(names[form])) / 1000 / Math.max(1, recording.film.composed);
    /** The best that a line bears. @param {number} line kbit/s */
    const fitting = (line) => forms.find((form) => rate(form) * MARGIN <= line) ?? forms[forms.length - 1];
    const remembered = /** @type {Form} */ (localStorage.getItem(MEMORY) ?? '');
    let isChosen = forms.includes(remembered);
    /** @type {Form} */
    let form = isChosen ? remembered : fitting(lineRate());
    const box = select(forms.map((one) => /** @type {[string, string]} */ ([one, t(`film.form.${one}`, { rate: rateWords(Math.max(1, Math.round(rate(one)))) })])), form, { disabled: forms.length < 2 });
    box.addEventListener('change', () => {
        isChosen = true;
        form = /** @type {Form} */ (box.value);
        localStorage.setItem(MEMORY, form);
        changed(form);
    });

    // A line that cannot be asked is measured by its stops: the next lighter file goes on where the film stands still.
    let timer = 0;
    let isThere = false;
    const calm = () => clearTimeout(timer);
    function stopped() {
        calm();
        const lighter = forms[forms.indexOf(form) + 1];
        // Whoever has chosen wants it so.
        if (isChosen || !lighter || video.paused) return;
        timer = setTimeout(() => {
            form = lighter;
            box.value = form;
            changed(form, t('film.form.lighter', { form: t(`film.form.${form}`, { rate: rateWords(Math.max(1, Math.round(rate(form)))) }) }));
        }, isThere && !video.seeking ? STOP_MS : BEGIN_MS);
    }
    for (const event of ['waiting', 'seeking']) video.addEventListener(event, stopped);
    for (const event of ['playing', 'pause']) video.addEventListener(event, calm);
    video.addEventListener('playing', () => { isThere = true; });
    video.addEventListener('emptied', () => { isThere = false; });

    return {
        box, form: () => form,
        address: () => `/api/recordings/${recording.id}/film/${names[form]}`,
        isDone: Boolean(size(FILES.film)),
    };
}

/** @param {any} recording */
export const canPlay = (recording) => recording.film.files.some((/** @type {any} */ file) => [FILES.film, 'growing.mp4'].includes(file.name));
