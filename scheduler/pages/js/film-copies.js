// Copies of a film: the whole, or a passage that is taken at the play position, with whoever asks in its picture; and those that are there.
import { h } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { clockWords, parseClock } from './film-times.js';
import { field, input } from './forms.js';
import { inWords } from './server-words.js';
import { onSubmit } from './submit-form.js';
import { momentWords } from './times.js';
import { button, errorText, linkButton, notice } from './ui.js';

/** How often one that is made is asked for again. */
const AGAIN_MS = 2_000;

/** How far it is, in words. @param {any} copy */
function stateWords({ state, progress, remaining, failure, until, bytes }) {
    if (state === 'done') return t('copy.done', { size: sizeWords(bytes), until: momentWords(until) });
    if (state === 'failed') return inWords(failure) || t('copy.failed');
    if (progress === undefined) return t('copy.waiting');
    const percent = Math.floor(progress * 100);
    if (remaining === undefined) return t('copy.making', { percent });
    return t(remaining < 60 ? 'copy.making.seconds' : 'copy.making.minutes', { percent, n: Math.max(1, Math.ceil(remaining < 60 ? remaining : remaining / 60)) });
}

/**
 * @param {any} recording
 * @param {HTMLVideoElement} video
 * @param {(seconds: number) => void} seek
 */
export function filmCopies(recording, video, seek) {
    let may = false;
    const length = () => (Number.isFinite(video.duration) ? video.duration : recording.film.composed);
    const clock = (/** @type {string} */ label) => input({ class: 'input clock-text', inputmode: 'text', placeholder: 'h:mm:ss', 'aria-label': t(label), spellcheck: 'false', 'data-main': '' });
    const from = clock('copy.from');
    const to = clock('copy.to');
    const words = h('span', { class: 'fine', role: 'status' });
    const list = h('ul', { class: 'film-copies', 'aria-label': t('copy.list') });
    const press = button(t('copy.make'), { icon: 'check', kind: 'primary', small: true, type: 'submit' });
    const take = (/** @type {HTMLInputElement} */ box) => {
        open();
        box.value = clockWords(video.currentTime);
        say();
    };
    const taking = (/** @type {HTMLInputElement} */ box, /** @type {string} */ label) => h('div', { class: 'film-cut-end' }, box, button(t(label), { icon: 'pin', small: true, kind: 'quiet', click: () => take(box) }));
    const form = h('form', { class: 'film-cut-form' },
        field('from', t('copy.from'), taking(from, 'copy.here.from')), field('to', t('copy.to'), taking(to, 'copy.here.to')),
        h('div', { class: 'film-cut-acts' }, button(t('copy.preview'), { icon: 'play', small: true, click: preview }), press, words));
    const panel = h('section', { class: 'film-cut', hidden: true, 'aria-label': t('copy.title') }, form, h('p', { class: 'fine', text: t('copy.mark') }));
    const place = h('div', { class: 'film-copies-place' }, panel, list);
    const tools = h('span', { class: 'film-copy-tools', hidden: true },
        button(t('copy.whole'), { icon: 'down', small: true, click: () => open(0, length()) }),
        button(t('copy.cut'), { icon: 'edit', small: true, 'aria-expanded': 'false', click: () => (panel.hidden ? open(video.currentTime, length()) : close()) }));
    const only = h('p', { class: 'fine', hidden: true, text: t('copy.only') });

    /** The passage that is asked for; what is wrong with it, by field. */
    function passage() {
        const [begin, end] = [parseClock(from.value), parseClock(to.value)];
        /** @type {Record<string, string>} */
        const wrong = {};
        if (begin === null || begin >= length()) wrong.from = t(begin === null ? 'copy.wrong' : 'copy.outside', { length: clockWords(length()) });
        if (end === null) wrong.to = t('copy.wrong');
        else if (begin !== null && end - begin < 1) wrong.to = t('copy.short');
        return { begin: begin ?? 0, end: Math.min(end ?? 0, length()), wrong };
    }
    function say() {
        const { begin, end, wrong } = passage();
        words.textContent = Object.keys(wrong).length ? '' : t('copy.length', { length: clockWords(end - begin) });
    }
    /** @param {number} [begin] @param {number} [end] */
    function open(begin, end) {
        if (!may) return;
        panel.hidden = false;
        tools.lastElementChild?.setAttribute('aria-expanded', 'true');
        if (begin !== undefined) from.value = clockWords(begin);
        // The whole ends with its last picture, not with its last full second.
        if (end !== undefined) to.value = clockWords(Math.ceil(end));
        from.value ||= clockWords(0);
        to.value ||= clockWords(Math.ceil(length()));
        say();
        if (begin !== undefined) from.focus({ preventScroll: true });
        panel.scrollIntoView({ block: 'nearest' });
    }
    function close() {
        panel.hidden = true;
        tools.lastElementChild?.setAttribute('aria-expanded', 'false');
    }
    /** Plays the passage, and stops where it ends. */
    function preview() {
        const { begin, end, wrong } = passage();
        if (Object.keys(wrong).length) return form.requestSubmit();
        seek(begin);
        void video.play();
        const stop = () => {
            if (video.currentTime < end && !video.paused) return;
            if (video.currentTime >= end) video.pause();
            video.removeEventListener('timeupdate', stop);
        };
        video.addEventListener('timeupdate', stop);
    }
    for (const box of [from, to]) box.addEventListener('input', say);
    onSubmit(form, press, {
        check: () => passage().wrong,
        act: async () => {
            const { begin, end } = passage();
            await send('POST', `/api/recordings/${recording.id}/copies`, { from: Math.round(begin * 1000), to: Math.round(end * 1000) });
            close();
            await load();
        },
    });

    /** One of the list: its line is drawn anew when it has changed. @param {any} copy */
    function row(copy) {
        const state = stateWords(copy);
        const span = `${clockWords(copy.from / 1000)} – ${clockWords(copy.to / 1000)}`;
        const drop = button(t(copy.state === 'waiting' ? 'copy.stop' : 'copy.drop', { span }), {
            icon: 'clear', bare: true,
            click: async () => {
                try {
                    await send('DELETE', `/api/copies/${copy.id}`);
                    await load();
                } catch (error) {
                    place.append(notice('bad', errorText(error)));
                }
            },
        });
        return h('li', { class: copy.state },
            h('strong', { class: 'film-time', text: span }),
            copy.state === 'waiting' ? h('progress', { max: 1, value: copy.progress ?? null, 'aria-label': span }) : null,
            h('span', { class: 'fine', text: state }),
            copy.state === 'done' ? linkButton(t('copy.fetch'), `/api/copies/${copy.id}/file`, { icon: 'down', small: true, download: '', 'aria-label': t('copy.fetch.span', { span }) }) : null, drop);
    }
    let drawn = '';
    let timer = 0;
    async function load() {
        clearTimeout(timer);
        const found = await get(`/api/recordings/${recording.id}/copies`);
        may = found.may;
        tools.hidden = !may;
        only.hidden = may;
        const key = JSON.stringify(found.copies);
        if (key !== drawn) list.replaceChildren(...found.copies.map(row));
        drawn = key;
        if (found.copies.some((/** @type {any} */ copy) => copy.state === 'waiting')) timer = setTimeout(() => place.isConnected && void load().catch(() => null), AGAIN_MS);
    }
    // A film that cannot be copied can be watched.
    load().catch(() => null);
    return { tools, only, place, takeFrom: () => take(from), takeTo: () => take(to), may: () => may };
}
