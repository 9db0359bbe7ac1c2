// Who did what: the chain of acts, newest first.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, query as toQuery } from '../api.js';
import { actDetail, actObject, actorWords, actWords } from '../server-words.js';
import { cell, numberCell, searchBox, table } from '../table.js';
import { momentWords } from '../times.js';
import { button, during, empty, fill, notice, pageHead } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, title, signal }) {
    title(t('nav.audit'));
    const place = h('div');
    let wanted = '';
    const find = searchBox(t('audit.find'), (text) => { wanted = text; void load(); }, { wait: 300 });
    /** @param {any} one */
    function line(one) {
        const { words, href } = actObject(one.object);
        const about = words && (href ? h('a', { href, text: words }) : words);
        const detail = actDetail(one.what, one.detail);
        return h('tr', {}, numberCell('audit.number', one.id), h('td', { class: 'moment', 'data-label': t('audit.at'), text: momentWords(one.at) }),
            h('th', { scope: 'row', text: actorWords(one.who) }), cell('audit.what', actWords(one.what)),
            cell('audit.object', detail || about, detail && about ? h('small', {}, about) : null));
    }
    const load = () => fill(place, () => get(`/api/audit${toQuery({ q: wanted })}`, { signal }), ({ lines, verified }) => {
        const body = h('tbody', {}, ...lines.map(line));
        const more = button(t('audit.older'), {
            click: () => during(more, async () => {
                const last = lines[lines.length - 1];
                const next = await get(`/api/audit${toQuery({ q: wanted, before: last.id })}`, { signal });
                lines.push(...next.lines);
                body.append(...next.lines.map(line));
                if (!next.lines.length) more.replaceWith(h('p', { class: 'fine', text: t('audit.end') }));
            }),
        });
        return [notice(verified ? 'good' : 'bad', t(verified ? 'audit.verified' : 'audit.broken')),
            h('div', { class: 'card flush' }, lines.length ? table(t('nav.audit'), ['audit.number', 'audit.at', 'audit.who', 'audit.what', 'audit.object'], [body], { kind: 'audit' }) : empty(t('none.found'))),
            lines.length >= 20 ? h('div', { class: 'more' }, more) : h('span')];
    });
    main.append(pageHead(t('nav.audit'), { eyebrow: t('audit.eyebrow'), help: 'help.audit' }), h('div', { class: 'list-tools' }, find), place);
    await load();
}
