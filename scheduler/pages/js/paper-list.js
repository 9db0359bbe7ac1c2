// The papers of a meeting's page: by agenda item, with versions, who has seen them, and what can be done to them.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { stateChip } from './approval-words.js';
import { askPaper, askReplace } from './paper-add.js';
import { paperLink } from './paper-link.js';
import { paperState } from './paper-state.js';
import { momentWords } from './times.js';
import { button, cardHead, chip, dialog, during, errorText, fill, notice, toast } from './ui.js';

/** @param {any} one @param {() => Promise<void>} again @param {AbortSignal} signal */
export function papersPart(one, again, signal) {
    const items = new Map(one.agenda.map((/** @type {any} */ item) => [item.id, item.title]));
    const groups = [
        { title: t('papers.whole'), papers: one.papers.filter((/** @type {any} */ paper) => !items.has(paper.item)) },
        ...one.agenda.map((/** @type {any} */ item) => ({ title: item.title, papers: one.papers.filter((/** @type {any} */ paper) => paper.item === item.id) })),
    ].filter((group) => group.papers.length);
    // One list needs no heading of its own.
    const isPlain = groups.length < 2 && !one.papers.some((/** @type {any} */ paper) => items.has(paper.item));
    return h('section', { class: 'card' }, cardHead(h('h2', { text: t('part.papers') }), [
        one.mayEdit && one.state !== 'cancelled' ? button(t('papers.add'), { icon: 'plus', small: true, kind: 'quiet', click: () => askPaper(one, again) }) : null]),
    ...groups.flatMap((group) => [isPlain ? '' : h('h3', { class: 'papers-group', text: group.title }),
        h('ul', { class: 'papers' }, ...group.papers.map((/** @type {any} */ paper) => paperRow(one, paper, again, signal)))]),
    one.papers.length ? '' : h('p', { class: 'fine', text: t('papers.none') }));
}

/** @param {any} approval a paper's newest route, if it has one */
const isOnItsWay = (approval) => Boolean(approval) && !['issued', 'withdrawn'].includes(approval.state);

/** @param {any} one @param {any} paper @param {() => Promise<void>} again @param {AbortSignal} signal */
function paperRow(one, paper, again, signal) {
    const name = paper.title || paper.filename;
    const small = [
        paper.isReference ? paper.note || t('papers.outside') : paper.isLink ? t('papers.link') : sizeWords(paper.bytes),
        paper.scope === 'series' ? t('papers.scope.series.short') : '', momentWords(paper.addedAt),
        paper.type.includes('macroEnabled') ? t('papers.macros') : '',
    ].filter(Boolean).join(' · ');
    return h('li', {}, icon(paper.isReference ? 'lock' : 'paper'),
        h('span', { class: 'paper-words' },
            paperLink(paper, name, one.id),
            h('small', { text: small }),
            h('span', { class: 'paper-marks' },
                paper.version > 1 ? button(t('papers.version', { n: paper.version }), { small: true, kind: 'quiet', 'aria-label': t('papers.versions.of', { n: paper.version, name }), click: () => showVersions(one, paper) }) : null,
                paperState(paper, signal),
                paper.approval ? h('a', { class: 'approval-mark', href: `/ky-duyet/${paper.approval.id}`, 'aria-label': t('approval.see', { name, state: t(`approval.state.${paper.approval.state}`) }) }, stateChip(paper.approval)) : null,
                paper.seen ? button(t('papers.seen', { seen: paper.seen.seen, of: paper.seen.of }), { small: true, kind: 'quiet', 'aria-label': t('papers.seen.of', { seen: paper.seen.seen, of: paper.seen.of, name }), click: () => showReadings(one, paper) }) : null)),
        one.mayEdit && one.state !== 'cancelled' ? h('span', { class: 'paper-acts' },
            paper.bytes && paper.state !== 'none' && !isOnItsWay(paper.approval) ? h('a', { class: 'paper-approval', href: `/trinh-ky/${paper.id}`, 'aria-label': t('approval.start.n', { name }), text: t('approval.start') }) : null,
            button(t('papers.replace.n', { name }), { icon: 'repeat', bare: true, click: () => askReplace(one, paper, again) }),
            button(t('papers.withdraw.n', { name }), { icon: 'close', bare: true, click: () => askWithdraw(paper, again) })) : null);
}

/** @param {any} one @param {any} paper */
function showVersions(one, paper) {
    const place = h('div', {});
    dialog(t('papers.versions'), [place]);
    void fill(place, () => get(`/api/papers/${paper.id}/versions`), ({ versions }) => h('ul', { class: 'papers' }, ...versions.map((/** @type {any} */ each) => h('li', {}, icon('paper'),
        h('span', { class: 'paper-words' },
            paperLink(each, `${t('papers.version', { n: each.version })}: ${each.title}`, one.id),
            h('small', { text: [each.bytes ? sizeWords(each.bytes) : '', momentWords(each.addedAt)].filter(Boolean).join(' · ') }))))));
}

/** Who has seen a paper, unit by unit. @param {any} one @param {any} paper */
function showReadings(one, paper) {
    const place = h('div', {});
    dialog(t('papers.readings', { name: paper.title }), [place]);
    void fill(place, () => get(`/api/papers/${paper.id}/readings?occurrence=${one.id}`), ({ units }) => h('ul', { class: 'readings' }, ...units.map((/** @type {any} */ unit) => h('li', {},
        h('span', { class: 'reading-unit' }, h('strong', { text: unit.name }), chip(t(unit.seen ? 'papers.read' : 'papers.unread'), unit.seen ? 'good' : '')),
        ...unit.readers.map((/** @type {any} */ reader) => h('small', { text: [reader.name, momentWords(reader.lastAt), reader.pages ? t('papers.pages.seen', { n: reader.pages }) : '', reader.downloaded ? t('papers.downloaded') : ''].filter(Boolean).join(' · ') }))))));
}

/** @param {any} paper @param {() => Promise<void>} again */
function askWithdraw(paper, again) {
    const press = button(t('papers.withdraw'), {
        kind: 'danger',
        click: () => during(press, async () => {
            try {
                await send('DELETE', `/api/papers/${paper.id}`);
                close();
                await again();
                toast(t('papers.withdrawn'));
            } catch (error) {
                trouble.replaceChildren(notice('bad', errorText(error)));
            }
        }),
    });
    const trouble = h('div', { role: 'alert' });
    const { close } = dialog(t('papers.withdraw'), [h('p', { text: t('papers.withdraw.words', { name: paper.title || paper.filename }) }), trouble], { actions: [press] });
}
