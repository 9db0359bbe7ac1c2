// The minutes of a meeting: on the left as they will be printed, live while it runs; on the right what the secretary adds.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, Refusal } from '../api.js';
import { decisions } from '../minutes-decisions.js';
import { notes } from '../minutes-notes.js';
import { number } from '../minutes-number.js';
import { paper } from '../minutes-paper.js';
import { roll } from '../minutes-roll.js';
import { saving } from '../minutes-saving.js';
import { dayWords } from '../times.js';
import { chip, empty, linkButton, notice, pageHead } from '../ui.js';

/** A running meeting is asked for again after so long; one that is over, more rarely. */
const LIVE_MS = 4_000;
const QUIET_MS = 30_000;

/** @param {any} minutes */
const stateChip = (minutes) => chip(t(`minutes.state.${minutes.state}`), { open: 'good', ended: 'jade' }[/** @type {string} */ (minutes.state)] ?? '');

/** @param {string} id */
const exports = (id) => [
    linkButton('PDF', `/api/occurrences/${id}/minutes.pdf`, { icon: 'print', kind: 'primary', target: '_blank', 'aria-label': t('minutes.pdf') }),
    linkButton('DOCX', `/api/occurrences/${id}/minutes.docx`, { icon: 'down', download: '', 'aria-label': t('minutes.docx') }),
    linkButton('ODT', `/api/occurrences/${id}/minutes.odt`, { icon: 'down', download: '', 'aria-label': t('minutes.odt') }),
];

/** Parts of the side, one of them seen. @param {[string, HTMLElement][]} parts keys of words, and places */
function tabs(parts) {
    const list = h('div', { class: 'minutes-tabs', role: 'tablist', 'aria-label': t('minutes.parts') });
    /** @param {number} chosen @param {boolean} [focus] */
    const choose = (chosen, focus = false) => parts.forEach(([, panel], index) => {
        const tab = /** @type {any} */ (list.children[index]);
        tab.setAttribute('aria-selected', String(index === chosen));
        tab.tabIndex = index === chosen ? 0 : -1;
        panel.hidden = index !== chosen;
        if (focus && index === chosen) tab.focus();
    });
    parts.forEach(([key, panel], index) => {
        list.append(h('button', { type: 'button', role: 'tab', id: `tab-${key}`, 'aria-controls': `panel-${key}`, text: t(`minutes.tab.${key}`), click: () => choose(index),
            keydown: (/** @type {KeyboardEvent} */ event) => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
                if (!step) return;
                event.preventDefault();
                choose((index + step + parts.length) % parts.length, true);
            } }));
        Object.assign(panel, { id: `panel-${key}` });
        panel.setAttribute('role', 'tabpanel');
        panel.setAttribute('aria-labelledby', `tab-${key}`);
    });
    choose(0);
    return list;
}

/** @param {any} minutes */
function voteList(minutes) {
    if (!minutes.votes.length) return empty(t('minutes.votes.none'));
    return h('ul', { class: 'minutes-votes' }, ...minutes.votes.map((/** @type {any} */ vote) => h('li', {},
        h('span', { class: 'minutes-name' }, vote.title, h('small', { text: `${t(`minutes.kind.${vote.kind}`)} · ${vote.verdict}` })),
        linkButton('PDF', `/api/occurrences/${minutes.occurrence}/votes/${vote.id}.pdf`, { icon: 'print', small: true, target: '_blank', 'aria-label': t('minutes.vote.pdf', { title: vote.title }) }))));
}

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, title, signal }) {
    const id = params.id;
    const path = `/api/occurrences/${id}/minutes`;
    let minutes;
    try {
        minutes = await get(path, { signal });
    } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 403) throw error;
        title(t('minutes.title'));
        main.replaceChildren(pageHead(t('minutes.title')), notice('plain', t('minutes.later')), h('p', { class: 'state-link' }, h('a', { href: `/phien/${id}`, text: t('minutes.meeting') })));
        return;
    }
    const latest = () => minutes;
    const sheet = paper(t('minutes.paper'));
    const stateNode = h('span');
    const votes = h('div');
    const keeper = saving(`/api/occurrences/${id}/acts`, refresh);
    const made = { id, keep: keeper.keep, latest };
    const parts = { decisions: decisions(made), notes: notes(made), number: number(made), roll: roll(made) };
    const panel = (/** @type {any} */ root) => h('div', { class: 'minutes-panel' }, root);
    const term = h('p', { class: 'clock' });

    function draw() {
        title(`${t('minutes.title')}: ${minutes.title}`);
        stateNode.replaceChildren(stateChip(minutes));
        sheet.draw(minutes.document);
        term.textContent = minutes.conclusions.message;
        if (minutes.mayEdit) {
            parts.decisions.update(minutes);
            parts.notes.update(minutes);
            parts.number.update(minutes);
        }
        parts.roll.update();
        const list = voteList(minutes);
        if (votes.textContent !== list.textContent) votes.replaceChildren(list);
    }
    /** Reads what is new; nothing where nothing is. */
    async function refresh() {
        const found = await get(`${path}?after=${minutes.version}`, { signal });
        if (!found || signal.aborted) return;
        minutes = found;
        draw();
    }
    async function watch() {
        while (!signal.aborted) {
            await new Promise((resolve) => setTimeout(resolve, minutes.state === 'ended' ? QUIET_MS : LIVE_MS));
            if (signal.aborted || document.hidden || !keeper.isIdle()) continue;
            // What failed is tried again at the next turn; the bar above says that the line is away.
            await refresh().catch(() => undefined);
        }
    }
    signal.addEventListener('abort', () => keeper.leave());

    /** @type {[string, HTMLElement][]} */
    const panels = [
        ...(minutes.mayEdit ? /** @type {[string, HTMLElement][]} */ ([['decisions', panel(h('div', { class: 'stack' }, term, parts.decisions.root))], ['notes', panel(h('div', { class: 'stack' }, parts.number.root, parts.notes.root))]]) : []),
        ['roll', panel(parts.roll.root)], ['votes', panel(votes)],
    ];
    main.classList.add('minutes-page');
    main.replaceChildren(
        pageHead(minutes.title, { eyebrow: h('span', {}, `${t('minutes.title')} · ${dayWords(minutes.start.slice(0, 10))} `, stateNode), help: 'help.minutes',
            actions: [linkButton(t('minutes.meeting'), `/phien/${id}`, { icon: 'left' }), ...exports(id)] }),
        h('div', { class: 'minutes-frame' }, h('div', { class: 'minutes-desk' }, sheet.sheet),
            h('aside', { class: 'minutes-side', 'aria-label': t('minutes.side') }, h('div', { class: 'minutes-side-head' }, tabs(panels), minutes.mayEdit ? keeper.status : null), ...panels.map(([, place]) => place))));
    draw();
    void watch();
}
