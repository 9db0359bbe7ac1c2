// Who did what: the chain of acts, newest first.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { input } from '../forms.js';
import { actDetail, actWords } from '../server-words.js';
import { momentWords } from '../times.js';
import { button, during, empty, fill, notice, pageHead } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.audit'));
    const place = h('div');
    let turn = 0;
    const find = input({
        type: 'search', placeholder: t('audit.find'), 'aria-label': t('audit.find'),
        input: () => {
            const mine = (turn += 1);
            setTimeout(() => mine === turn && void load(), 300);
        },
    });
    /** @param {any} one */
    const line = (one) => h('tr', {}, h('td', { class: 'number', 'data-label': t('audit.number'), text: String(one.id) }), h('td', { class: 'moment', 'data-label': t('audit.at'), text: momentWords(one.at) }),
        h('th', { scope: 'row', text: one.who }), h('td', { 'data-label': t('audit.what'), text: actWords(one.what) }), h('td', { 'data-label': t('audit.object') }, actDetail(one.detail) || one.object || '', one.detail && one.object ? h('small', { text: one.object }) : null));
    const load = () => fill(place, () => get(`/api/audit${toQuery({ q: find.value.trim() })}`, { signal }), ({ lines, verified }) => {
        const body = h('tbody', {}, ...lines.map(line));
        const more = button(t('audit.older'), {
            click: () => during(more, async () => {
                const last = lines[lines.length - 1];
                const next = await get(`/api/audit${toQuery({ q: find.value.trim(), before: last.id })}`, { signal });
                lines.push(...next.lines);
                body.append(...next.lines.map(line));
                if (!next.lines.length) more.replaceWith(h('p', { class: 'fine', text: t('audit.end') }));
            }),
        });
        return [notice(verified ? 'good' : 'bad', t(verified ? 'audit.verified' : 'audit.broken')),
            h('div', { class: 'card flush' }, lines.length ? h('div', { class: 'table-frame', tabindex: '0', role: 'region', 'aria-label': t('nav.audit') }, h('table', { class: 'table audit' },
                h('thead', {}, h('tr', {}, ...['audit.number', 'audit.at', 'audit.who', 'audit.what', 'audit.object'].map((key) => h('th', { scope: 'col', text: t(key) })))), body)) : empty(t('none.found'))),
            lines.length >= 20 ? h('div', { class: 'more' }, more) : h('span')];
    });
    main.append(pageHead(t('nav.audit'), { eyebrow: t('audit.eyebrow'), help: 'help.audit' }), h('div', { class: 'list-tools' }, h('div', { class: 'find' }, icon('search'), find)), place);
    await load();
}
