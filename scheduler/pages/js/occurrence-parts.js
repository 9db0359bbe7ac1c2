// The quieter parts of a meeting's page: agenda, papers, legal clocks, history.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { field, input, radios } from './forms.js';
import { paperBox, uploadLine, uploadPaper } from './paper-box.js';
import { actDetail, actorWords, actWords } from './server-words.js';
import { onSubmit } from './submit-form.js';
import { lengthWords, momentWords, showDay } from './times.js';
import { button, cardHead, dialog, during, errorText, notice, toast } from './ui.js';

/** @param {any} one @param {() => void} edit */
export function agendaPart(one, edit) {
    const byId = new Map(one.papers.map((/** @type {any} */ paper) => [paper.id, paper]));
    const sum = one.agenda.reduce((/** @type {number} */ all, /** @type {any} */ item) => all + (item.minutes || 0), 0);
    return h('section', { class: 'card' },
        cardHead(h('h2', { text: t('part.agenda') }), [one.mayEdit && one.state === 'planned' ? button(t('edit'), { icon: 'edit', small: true, kind: 'quiet', 'aria-label': t('agenda.edit'), click: edit }) : null],
            sum ? h('span', { class: 'fine', text: lengthWords(sum) }) : null),
        one.agenda.length ? h('ol', { class: 'agenda' }, ...one.agenda.map((/** @type {any} */ item) => h('li', {},
            h('span', { class: 'agenda-title', text: item.title }), h('span', { class: 'agenda-owner', text: item.owner }), h('span', { class: 'agenda-time', text: item.minutes ? t('minutes.n', { n: item.minutes }) : '' }),
            ...(item.papers ?? []).map((/** @type {number} */ id) => byId.get(id)).filter(Boolean).map((/** @type {any} */ paper) => h('a', { class: 'agenda-paper', href: paper.url, target: '_blank', rel: 'noopener', text: paper.title })))))
            : h('p', { class: 'fine', text: t('agenda.none') }));
}

/** @param {any} one @param {() => Promise<void>} again */
export function papersPart(one, again) {
    const list = h('ul', { class: 'papers' }, ...one.papers.map((/** @type {any} */ paper) => h('li', {}, icon('paper'),
        h('span', { class: 'paper-words' },
            h('a', { href: paper.url, target: '_blank', rel: 'noopener', text: paper.title || paper.filename }),
            h('small', { text: [paper.bytes ? sizeWords(paper.bytes) : t('papers.link'), paper.scope === 'series' ? t('papers.scope.series.short') : '', paper.addedBy, momentWords(paper.addedAt)].filter(Boolean).join(' · ') })),
        one.mayEdit ? button(t('papers.withdraw.n', { name: paper.title || paper.filename }), { icon: 'close', bare: true, click: () => askWithdraw(paper, again) }) : null)));
    return h('section', { class: 'card' }, cardHead(h('h2', { text: t('part.papers') }), [
        one.mayEdit && one.state !== 'cancelled' ? button(t('papers.add'), { icon: 'plus', small: true, kind: 'quiet', click: () => askPaper(one, again) }) : null]),
    one.papers.length ? list : h('p', { class: 'fine', text: t('papers.none') }));
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

/** @param {any} one @param {() => Promise<void>} again */
function askPaper(one, again) {
    const list = h('ul', { class: 'uploads' });
    const scope = radios('scope', [['this', t('scope.this')], ['series', t('papers.scope.series')]], 'this');
    let sent = 0;
    const take = async (/** @type {File[]} */ files) => {
        for (const file of files) {
            const line = uploadLine(file);
            list.append(line);
            const go = async () => {
                line.classList.remove('failed');
                try {
                    await uploadPaper(one.id, file, scope.choice(), line.progress);
                    line.end('done');
                    sent += 1;
                } catch (error) {
                    line.end('failed', errorText(error));
                    const retry = button(t('again'), { small: true, icon: 'repeat', click: () => { retry.remove(); void go(); } });
                    line.append(retry);
                }
            };
            await go();
        }
    };
    const url = input({ type: 'url', placeholder: 'https://' });
    const name = input({ maxlength: 200 });
    const addLink = button(t('papers.link.add'), { small: true, type: 'submit' });
    const links = h('form', { class: 'stack' }, field('title', t('papers.link.title'), name), field('url', t('papers.link.url'), url), addLink);
    onSubmit(links, addLink, {
        act: async () => {
            await send('POST', `/api/occurrences/${one.id}/links`, { title: name.value.trim(), url: url.value.trim(), scope: scope.choice() });
            sent += 1;
            list.append(h('li', { class: 'upload done' }, icon('paper'), h('span', { class: 'upload-name', text: name.value }), h('span', { class: 'upload-said', text: t('papers.done') })));
            name.value = '';
            url.value = '';
        },
    });
    dialog(t('papers.add'), [
        one.recurring ? h('div', { class: 'field' }, h('span', { class: 'label', text: t('papers.scope') }), scope) : h('span'),
        paperBox((files) => void take(files)), list, h('details', { class: 'fold' }, h('summary', { text: t('papers.link.add') }), links),
    ], { closed: () => { if (sent) void again(); } });
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
