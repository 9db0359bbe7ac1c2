// The quieter parts of a meeting's page: agenda, legal clocks, history.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { paperLink } from './paper-link.js';
import { actDetail, actorWords, actWords } from './server-words.js';
import { lengthWords, momentWords, showDay } from './times.js';
import { button, cardHead } from './ui.js';

/** @param {any} one @param {() => void} edit */
export function agendaPart(one, edit) {
    const sum = one.agenda.reduce((/** @type {number} */ all, /** @type {any} */ item) => all + (item.minutes || 0), 0);
    return h('section', { class: 'card' },
        cardHead(h('h2', { text: t('part.agenda') }), [one.mayEdit && one.state === 'planned' ? button(t('edit'), { icon: 'edit', small: true, kind: 'quiet', 'aria-label': t('agenda.edit'), click: edit }) : null],
            sum ? h('span', { class: 'fine', text: lengthWords(sum) }) : null),
        one.agenda.length ? h('ol', { class: 'agenda' }, ...one.agenda.map((/** @type {any} */ item) => h('li', {},
            h('span', { class: 'agenda-title', text: item.title }), h('span', { class: 'agenda-owner', text: item.owner }), h('span', { class: 'agenda-time', text: item.minutes ? t('minutes.n', { n: item.minutes }) : '' }),
            ...one.papers.filter((/** @type {any} */ paper) => paper.item === item.id && paper.url).map((/** @type {any} */ paper) => paperLink(paper, paper.title, one.id, 'agenda-paper')))))
            : h('p', { class: 'fine', text: t('agenda.none') }));
}

/** The clocks of the law that say something today. @param {any} one */
export function clocksPart(one) {
    if (!one.clocks?.length || one.state === 'cancelled') return null;
    return h('div', { class: 'clocks' }, ...one.clocks.map((/** @type {any} */ clock) => h('p', { class: `clock${clock.late ? ' late' : ''}` }, icon('clock'),
        h('span', {}, h('strong', { text: t(`clock.${clock.kind}`) }), ` ${t('clock.due', { day: showDay(clock.due) })} `, clock.message))));
}

/** @param {any} one */
export function historyPart(one) {
    if (!one.history?.length) return '';
    const line = (/** @type {any} */ entry) => h('li', {}, h('time', { text: momentWords(entry.at) }), h('span', {}, h('strong', { text: actorWords(entry.who) }), ` ${actWords(entry.what)}`, entry.detail ? h('small', { text: actDetail(entry.what, entry.detail) }) : null));
    // Beside the agenda where there is room; folded on a telephone, where it would push everything else down.
    return h('details', { class: 'card history-card', open: matchMedia('(min-width: 1101px)').matches }, h('summary', {}, h('h2', { text: `${t('history')} (${one.history.length})` })),
        h('ol', { class: 'history', tabindex: '0', 'aria-label': t('history') }, ...[...one.history].reverse().map(line)));
}
