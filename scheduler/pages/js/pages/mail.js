// The letters: which left, which wait, which failed and why.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery, send } from '../api.js';
import { cell, countChips, numberCell, table } from '../table.js';
import { momentWords } from '../times.js';
import { button, during, empty, errorText, fill, notice, pageHead, toast } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, query, title, signal }) {
    title(t('nav.mail'));
    let state = query.get('state') ?? '';
    const occurrence = query.get('phien') ?? '';
    const place = h('div');
    /** @type {Record<string, number>} */
    let counts = {};
    const refresh = button(t('refresh'), { icon: 'repeat', click: () => during(refresh, load) });

    /** @param {any} one */
    const line = (one) => {
        const retry = one.state === 'sent' || one.state === 'withdrawn' ? null : button(t('mail.retry'), {
            small: true, icon: 'repeat', 'aria-label': `${t('mail.retry')}: ${one.to}`,
            click: () => during(retry, async () => {
                try {
                    await send('POST', `/api/mail/${one.id}/retry`);
                    toast(t('mail.retried'));
                    await load();
                } catch (error) {
                    toast(errorText(error), 'bad');
                }
            }),
        });
        return h('tr', {}, h('th', { scope: 'row' }, h('span', { text: one.name || one.to }), one.name ? h('small', { text: one.to }) : null), cell('mail.subject', one.occurrence ? h('a', { href: `/phien/${one.occurrence}`, text: one.subject }) : one.subject),
            cell('mail.state', h('span', { class: `mail-mark ${one.state}`, text: t(`mail.${one.state}`) }), one.error ? h('small', { class: 'bad', text: one.error }) : null),
            numberCell('mail.attempts', one.attempts), cell('mail.next', one.state === 'waiting' ? momentWords(one.nextTry) : ''), h('td', { class: 'act' }, retry));
    };
    function load() {
        return fill(place, () => get(`/api/mail${toQuery({ state, occurrence })}`, { signal }), ({ letters, counts: told, relay }) => {
            // A server that counts nothing leaves it to what was listed, as long as that was everything.
            if (Object.keys(told ?? {}).length) counts = told;
            else if (!state) counts = letters.reduce((/** @type {any} */ sums, /** @type {any} */ one) => ({ ...sums, [one.state]: (sums[one.state] ?? 0) + 1 }), {});
            const all = Object.values(counts).reduce((/** @type {number} */ sum, /** @type {any} */ n) => sum + n, 0);
            const kinds = ['', 'waiting', 'failed', 'sent', ...(counts.withdrawn ? ['withdrawn'] : [])]
                .map((key) => ({ key, count: key ? counts[key] ?? 0 : all, words: t(key ? `mail.${key}` : 'inv.all'), tone: `m-${key}` }));
            const chips = countChips(t('mail.filter'), kinds, state, (key) => {
                state = key;
                void load().then(() => /** @type {any} */ (place.querySelector('[aria-pressed="true"]'))?.focus());
            });
            return [relay ? h('p', { class: 'fine', text: t('mail.relay', { relay }) }) : notice('warn', t('mail.norelay')), chips,
                h('div', { class: 'card flush' }, letters.length ? table(t('nav.mail'), ['mail.to', 'mail.subject', 'mail.state', 'mail.attempts', 'mail.next', ''], [h('tbody', {}, ...letters.map(line))]) : empty(t('mail.none')))];
        });
    }
    main.append(pageHead(t('nav.mail'), { eyebrow: t('mail.eyebrow'), help: 'help.mail', actions: [refresh] }), place);
    await load();
}
