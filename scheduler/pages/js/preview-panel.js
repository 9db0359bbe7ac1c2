// Beside the form: what the choices mean. The rule in words, the next dates, who is busy, when all are free.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query, Refusal, send } from './api.js';
import { busyStrip } from './busy-strip.js';
import { conflictSentences } from './conflict-words.js';
import { inWords } from './server-words.js';
import { addDays, dayWords, shortTime, showDay, weekdayWords } from './times.js';
import { button, during, errorText, notice } from './ui.js';

/**
 * @param {{series: () => any, except?: number|null, own?: Set<string>, choose: (start: string) => void}} settings
 *   `series`: the fields as typed, null while they name no time; `except`: the series that is being changed, which does
 *   not clash with itself, and its meetings (`own`, "start end"); `choose`: a proposed start was taken
 */
export function previewPanel({ series, except = null, own, choose }) {
    const words = h('p', { class: 'preview-words' });
    const dates = h('div');
    const troubles = h('div', { class: 'preview-troubles' });
    const free = h('div', { class: 'preview-free' });
    const strip = h('div', { class: 'preview-strip' });
    const said = h('p', { class: 'visually-hidden', role: 'status' });
    const element = h('aside', { class: 'preview-panel', 'aria-label': t('preview.title') },
        h('h2', { text: t('preview.title') }), words, troubles, free, dates, strip, said);
    let asking = new AbortController();
    let timer = 0;
    let stripFor = '';
    /** Meetings that the booking leaves out because something else is then, by the rule's own time. @type {string[]} */
    let leftOut = [];

    const findFree = button(t('free.find'), {
        icon: 'clock', small: true,
        click: () => during(findFree, async () => {
            const wanted = series();
            if (!wanted) return;
            const day = wanted.start.slice(0, 10);
            try {
                const { proposals } = await send('POST', '/api/freetimes', {
                    sites: wanted.sites, people: [...wanted.people, ...(wanted.chair ? [wanted.chair] : [])], venue: wanted.venue, minutes: wanted.minutes,
                    from: day, to: addDays(day, 7), earliest: '07:30', latest: '17:00',
                });
                propose(proposals);
            } catch (error) {
                free.replaceChildren(notice('bad', errorText(error)));
            }
        }),
    });

    /** @param {any[]} proposals */
    function propose(proposals) {
        // The first meeting may be free where a later one of the series is not: the same time again helps nobody.
        proposals = proposals.filter((one) => one.start !== series()?.start);
        free.replaceChildren(h('h3', { text: t('free.title') }), proposals.length
            ? h('ul', { class: 'proposals' }, ...proposals.slice(0, 8).map((one) => h('li', {}, h('button', {
                type: 'button', class: 'proposal',
                click: () => {
                    choose(one.start);
                    free.replaceChildren(findFree);
                },
            }, h('b', { text: `${shortTime(one.start)}–${shortTime(one.end)}` }), h('span', { text: dayWords(one.start.slice(0, 10)) }),
            one.busy?.length ? h('small', { text: t('free.busy', { names: one.busy.slice(0, 3).join(', ') + (one.busy.length > 3 ? ` +${one.busy.length - 3}` : '') }) }) : null))))
            : h('p', { text: t('free.none') }));
        said.textContent = t('free.found', { n: proposals.length });
    }
    /** Of a long series a few meetings may clash years ahead: they can be left out. @param {string[]} clashing @param {number|null} count */
    function offerLeavingOut(clashing, count) {
        if (leftOut.length) {
            const back = button(t('leave.back'), { small: true, kind: 'quiet', click: () => { leftOut = []; void ask(); } });
            troubles.append(h('div', { class: 'left-out' }, notice('plain', t('leave.done', { n: leftOut.length, days: leftOut.slice(0, 3).map(showDay).join(', ') + (leftOut.length > 3 ? '…' : '') })), back));
        }
        if (except || !clashing.length || (count && clashing.length + leftOut.length >= count)) return;
        troubles.append(button(t('leave.out', { n: clashing.length }), { small: true, click: () => { leftOut = [...leftOut, ...clashing]; void ask(); } }));
    }
    /** @param {any[]} conflicts @param {any[]} warnings */
    function trouble(conflicts, warnings) {
        const sentences = conflictSentences(conflicts);
        const list = sentences.slice(0, 6).map((one) => h('li', { class: 'bad' }, icon('warn'), h('span', { text: one })));
        troubles.replaceChildren(
            ...(conflicts.length ? [h('h3', { class: 'bad', text: t('conflicts.title') }), h('ul', { class: 'troubles' }, ...list, ...(sentences.length > 6 ? [h('li', { text: t('conflicts.more', { n: sentences.length - 6 }) })] : []))] : []),
            ...warnings.map((one) => notice('warn', one.message)),
            ...(!conflicts.length && series()?.sites.length ? [notice('good', t('conflicts.none'))] : []));
        if (!free.querySelector('.proposals')) free.replaceChildren(findFree);
    }
    /** @param {any[]} list @param {number|null} count */
    function listDates(list, count) {
        dates.replaceChildren(h('h3', { text: count === 1 ? t('dates.one') : count ? t('dates.title.count', { n: count }) : t('dates.title') }),
            h('ol', { class: 'dates' }, ...list.map((one) => {
                const day = one.start.slice(0, 10);
                return h('li', { class: one.skipped ? 'skipped' : one.moved ? 'moved' : '' },
                    h('span', { class: 'date-weekday', text: weekdayWords(day) }), h('b', { text: showDay(day) }), h('span', { class: 'date-time', text: shortTime(one.start) }),
                    one.skipped ? h('small', { text: t('dates.skipped', { holiday: one.moved?.holiday ?? one.holiday ?? '' }) }) : null,
                    one.moved && !one.skipped ? h('small', { text: t('dates.moved', { from: showDay(one.moved.from), holiday: one.moved.holiday }) }) : null);
            })));
    }
    async function ask() {
        const wanted = series();
        if (!wanted) {
            words.textContent = t('preview.wait');
            return;
        }
        asking.abort();
        asking = new AbortController();
        const { signal } = asking;
        element.setAttribute('aria-busy', 'true');
        try {
            const found = await send('POST', `/api/series/preview${query({ except })}`, { ...wanted, leaveOut: leftOut }, { signal });
            if (signal.aborted) return;
            words.textContent = inWords(found.words) || t('preview.wait');
            listDates(found.dates ?? [], found.count);
            free.replaceChildren();
            trouble(found.conflicts ?? [], found.warnings ?? []);
            if (wanted.rule) offerLeavingOut(found.clashing ?? [], found.count);
            if (found.conflicts?.length && found.proposals?.length) propose(found.proposals);
            said.textContent = `${words.textContent}. ${found.conflicts?.length ? `${t('conflicts.title')} ${conflictSentences(found.conflicts)[0]}` : ''}`;
        } catch (error) {
            if (signal.aborted) return;
            words.textContent = t('preview.wait');
            dates.replaceChildren();
            // What is missing is told at its field when the form is sent; here only that nothing can be said yet.
            troubles.replaceChildren(notice(error instanceof Refusal && error.status === 422 ? 'plain' : 'warn', errorText(error)));
        } finally {
            if (!signal.aborted) element.removeAttribute('aria-busy');
        }
        void drawStrip(wanted, signal);
    }
    /** @param {any} wanted @param {AbortSignal} signal */
    async function drawStrip(wanted, signal) {
        const day = wanted.start.slice(0, 10);
        const key = `${day} ${wanted.sites.join()} ${wanted.start} ${wanted.minutes}`;
        if (key === stripFor) return;
        stripFor = key;
        if (!wanted.sites.length) return strip.replaceChildren();
        try {
            const { rows } = await get(`/api/freebusy${query({ sites: wanted.sites.join(','), from: day, to: day })}`, { signal });
            if (!signal.aborted) strip.replaceChildren(busyStrip(rows, wanted.start, wanted.minutes, own));
        } catch {
            stripFor = '';
        }
    }
    return Object.assign(element, {
        leftOut: () => leftOut,
        refresh: () => {
            // Another time, another rule, other sites: what clashed may be free now.
            leftOut = [];
            clearTimeout(timer);
            timer = setTimeout(ask, 350);
        },
        /** @param {any} refusal a 409 of the booking */
        refused: (refusal) => {
            trouble(refusal.conflicts ?? [], []);
            if (refusal.proposals?.length) propose(refusal.proposals);
        },
    });
}
