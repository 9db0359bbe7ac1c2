// One unit: its names through the years, its sites with line, device and technician.
import { h } from '/assets/js/dom.js';
import { rateWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { current, kindWords } from './directory.js';
import { showDay, today } from './times.js';
import { button, cardHead, chip, fill, phoneLink } from './ui.js';
import { askFeed, askMerge, askRename, askSite, askTokens, askUnitEdit } from './unit-dialogs.js';

/** @param {string} name @param {any} words */
const fact = (name, words) => (words ? h('div', {}, h('dt', { text: t(name) }), h('dd', {}, words)) : null);

/**
 * @param {any} unit
 * @param {{book: any, lines: any[], may: boolean, again: (id?: number) => Promise<void>, choose: (id: number) => void, signal: AbortSignal}} settings
 */
export function unitPanel(unit, { book, lines, may, again, choose, signal }) {
    const parent = book.byId.get(unit.parent);
    const here = current(unit, today());
    const successor = book.byId.get(unit.successor);
    const past = h('div', { class: 'unit-history' });
    const link = (/** @type {any} */ one) => h('a', { href: `/don-vi?id=${one.id}`, text: one.name, click: (/** @type {Event} */ event) => { event.preventDefault(); choose(one.id); } });
    void fill(past, () => get(`/api/units/${unit.id}/history`, { signal }), ({ names, merged }) => {
        if (names.length < 2 && !merged.length) return h('span');
        return h('details', { class: 'fold' }, h('summary', { text: t('units.history') }), h('ul', { class: 'history' },
            ...names.map((/** @type {any} */ one) => h('li', {}, h('time', { text: `${one.from ? showDay(one.from) : '…'} – ${one.until ? showDay(one.until) : t('units.now')}` }), h('span', { text: one.name }))),
            ...merged.map((/** @type {any} */ one) => h('li', {}, h('time', { text: showDay(one.date) }), h('span', { text: t('units.merged', { name: one.name }) })))));
    });
    return h('section', { class: 'card' },
        cardHead(h('h2', { tabindex: '-1', text: unit.name }), [], here ? null : chip(t('units.ended.one'), 'warn')),
        h('dl', { class: 'facts-row' }, fact('units.kind', kindWords(unit.kind)), fact('units.code', unit.code), fact('units.parent', parent ? link(parent) : null),
            fact('email', unit.email ? h('a', { href: `mailto:${unit.email}`, text: unit.email }) : null), fact('units.until', unit.until ? showDay(unit.until) : null), fact('units.successor', successor ? link(successor) : null)),
        may ? h('div', { class: 'side-actions' },
            button(t('edit'), { icon: 'edit', small: true, click: () => askUnitEdit(unit, book, again) }),
            here ? button(t('units.rename'), { small: true, click: () => askRename(unit, again) }) : null,
            here ? button(t('units.merge'), { small: true, click: () => askMerge(unit, book, again) }) : null,
            button(t('feed'), { icon: 'calendar', small: true, click: () => askFeed(`/api/units/${unit.id}/calendar`, unit.name) })) : null,
        past,
        h('div', { class: 'part-head' }, cardHead(h('h3', { text: t('units.sites') }), [may && here ? button(t('site.add'), { icon: 'plus', small: true, kind: 'quiet', click: () => askSite(null, unit, again) }) : null])),
        unit.sites?.length ? h('ul', { class: 'site-list' }, ...unit.sites.map((/** @type {any} */ site) => siteCard(site, unit, { lines, may, again }))) : h('p', { class: 'fine', text: t('units.nosites') }));
}

/** @param {any} site @param {any} unit @param {{lines: any[], may: boolean, again: (id?: number) => Promise<void>}} settings */
function siteCard(site, unit, { lines, may, again }) {
    const technician = site.technician ?? {};
    return h('li', { class: `site-card${site.active === false ? ' off' : ''}` },
        cardHead(h('h4', { text: site.name }), [], site.active === false ? chip(t('site.inactive'), 'warn') : null),
        h('dl', { class: 'facts-row' },
            fact('site.line', [lines.find((one) => one.name === site.line)?.words ?? site.line, site.down ? `↓ ${rateWords(site.down)}` : '', site.up ? `↑ ${rateWords(site.up)}` : ''].filter(Boolean).join(' · ')), fact('site.device', t(`device.${site.device}`)),
            fact('site.technician', technician.name || technician.phone ? h('span', {}, technician.name ? `${technician.name} ` : '', technician.phone ? phoneLink(technician.phone) : null) : t('none'))),
        may ? h('div', { class: 'side-actions' }, button(t('edit'), { icon: 'edit', small: true, kind: 'quiet', 'aria-label': `${t('edit')}: ${site.name}`, click: () => askSite(site, unit, again) }),
            button(t('tokens'), { small: true, kind: 'quiet', 'aria-label': `${t('tokens')}: ${site.name}`, click: () => askTokens(site) }),
            button(t('feed'), { small: true, kind: 'quiet', 'aria-label': `${t('feed')}: ${site.name}`, click: () => askFeed(`/api/sites/${site.id}/calendar`, site.name) })) : null);
}
