// Of a series that exists: its meetings, one more outside the rule, and how it ends.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { formDialog } from './form-dialog.js';
import { dateInput, field, textarea, timeInput } from './forms.js';
import { inWords } from './server-words.js';
import { dayWords, shortTime, today } from './times.js';
import { button, chip, toast } from './ui.js';

/** @param {any} series @param {(path: string) => void} go */
export function seriesSide(series, go) {
    const coming = series.occurrences.filter((/** @type {any} */ one) => one.start.slice(0, 10) >= today());
    const past = series.occurrences.length - coming.length;
    const line = (/** @type {any} */ one) => h('li', {}, h('a', { href: `/phien/${one.id}` }, `${shortTime(one.start)} ${dayWords(one.start.slice(0, 10))}`),
        one.state === 'cancelled' || one.state === 'skipped' ? chip(t(`state.${one.state}`), 'bad') : null, one.moved ? chip(t('state.moved'), 'warn') : null);
    return h('section', { class: 'preview-panel series-side' }, h('h2', { text: t('series.occurrences') }),
        h('p', { class: 'fine', text: inWords(series.words) }),
        h('ol', { class: 'occurrence-list' }, ...coming.slice(0, 8).map(line)),
        coming.length > 8 || past ? h('details', { class: 'fold' }, h('summary', { text: t('series.all', { n: series.occurrences.length }) }), h('ol', { class: 'occurrence-list long' }, ...series.occurrences.map(line))) : null,
        series.mayEdit && series.state !== 'cancelled' ? h('div', { class: 'side-actions' },
            button(t('series.add'), { icon: 'plus', small: true, click: () => addOne(series, go) }),
            button(t('series.cancel'), { kind: 'danger-line', small: true, click: () => cancelAll(series, go) })) : null);
}

/** @param {any} series @param {(path: string) => void} go */
function addOne(series, go) {
    const day = dateInput(null);
    const time = timeInput(series.start.slice(11, 16));
    formDialog(t('series.add'), [h('p', { text: t('series.add.words') }), field('start', t('date'), day), field('time', t('time'), time)], {
        label: t('series.add'),
        check: () => ({ ...(day.day() ? {} : { start: t('date.wrong') }), ...(time.time() ? {} : { time: t('time.wrong') }) }),
        act: async () => {
            const made = await send('POST', `/api/series/${series.id}/additions`, { start: `${day.day()}T${time.time()}`, minutes: series.minutes });
            queueMicrotask(() => go(`/phien/${made.occurrence}`));
        },
    });
}

/** @param {any} series @param {(path: string) => void} go */
function cancelAll(series, go) {
    const reason = textarea('', { maxlength: 500 });
    formDialog(t('series.cancel'), [h('p', { text: t('series.cancel.words') }), field('reason', t('cancel.reason'), reason)], {
        label: t('series.cancel'), kind: 'danger',
        check: () => (reason.value.trim() ? {} : { reason: t('cancel.reason.wrong') }),
        act: async () => {
            const done = await send('POST', `/api/series/${series.id}/cancel`, { reason: reason.value.trim() });
            toast(t('cancelled.mail', { n: done?.mail ?? 0 }));
            queueMicrotask(() => go('/'));
        },
    });
}
