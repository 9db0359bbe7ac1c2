// The dossier of a meeting: everything that is kept of it on one page, to read, to print and to take out as one file.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, Refusal } from '../api.js';
import { actDetail, actWords } from '../server-words.js';
import { cell, numberCell, table } from '../table.js';
import { dayWords, momentWords, showDay, spanWords } from '../times.js';
import { button, chip, empty, linkButton, notice, pageHead } from '../ui.js';

/** @param {string} key @param {number|null} count @param {...(Node|null)} children */
const part = (key, count, ...children) => h('section', { class: 'card dossier-part', id: `part-${key}` },
    h('h2', {}, t(`dossier.part.${key}`), count ? h('span', { class: 'dossier-count', text: String(count) }) : null), ...children);

/** @param {[string, any][]} lines */
const facts = (lines) => h('dl', { class: 'dossier-facts' }, ...lines.filter(([, words]) => words).map(([key, words]) => h('div', {}, h('dt', { text: t(key) }), h('dd', {}, words))));

const ANSWERS = { accept: 'good', decline: 'bad', delegate: 'jade', none: '' };
const MARKS = { present: 'good', late: 'warn', delegated: 'jade', dropped: 'warn', absent: 'bad', expected: '' };

/** @param {any} one */
function meetingPart({ meeting }) {
    return part('meeting', null, facts([
        ['dossier.when', spanWords(meeting.start, meeting.end)],
        ['dossier.held', meeting.opened ? `${momentWords(meeting.opened)} – ${meeting.ended ? momentWords(meeting.ended) : '…'}` : ''],
        ['organiser', meeting.organiser], ['chair', meeting.chair], ['form', t(`form.${meeting.form}`)], ['venue', meeting.venue], ['note', meeting.notes]]),
    meeting.agenda.length ? h('ol', { class: 'dossier-list' }, ...meeting.agenda.map((/** @type {any} */ item) => h('li', {}, item.title, item.owner ? h('span', { class: 'fine', text: ` – ${item.owner}` }) : null))) : null);
}

/** @param {any} one */
function inviteePart({ invitees }) {
    const came = (/** @type {string} */ key) => (key === 'none' ? '–' : t(`attendance.${key}`));
    return part('invitees', invitees.length, invitees.length ? table(t('dossier.part.invitees'), ['dossier.who', 'dossier.answer', 'dossier.answered', 'dossier.came'], [h('tbody', {}, ...invitees.map((/** @type {any} */ line) => h('tr', {},
        h('th', { scope: 'row' }, line.name, line.delegate ? h('small', { text: t('dossier.delegate', { name: line.delegate }) }) : null, line.note ? h('small', { text: line.note }) : null),
        cell('dossier.answer', chip(t(`answer.${line.answer}`), /** @type {any} */ (ANSWERS)[line.answer])),
        cell('dossier.answered', line.answered ? momentWords(line.answered) : '–'), cell('dossier.came', came(line.attendance)))))]) : empty(t('none')));
}

/** @param {any} one */
function paperPart({ papers, imported }) {
    return part('papers', papers.length, papers.length ? h('ul', { class: 'dossier-papers' }, ...papers.map((/** @type {any} */ paper) => {
        const href = imported || paper.withdrawn ? null : paper.link ?? (paper.sha256 ? `/api/papers/${paper.id}` : null);
        return h('li', {}, icon('paper'), h('div', {},
            href ? h('a', { href, target: '_blank', rel: 'noopener', text: paper.title }) : h('strong', { text: paper.title }), ' ',
            paper.version > 1 || paper.superseded ? chip(t('dossier.version', { n: paper.version }), paper.superseded ? '' : 'good') : null, ' ',
            paper.superseded ? chip(t('dossier.superseded')) : null, paper.withdrawn ? chip(t('dossier.withdrawn'), 'bad') : null,
            h('p', { class: 'fine', text: [paper.filename, momentWords(paper.added), paper.note].filter(Boolean).join(' · ') })));
    })) : empty(t('none')));
}

/** @param {any} one */
function rollPart({ roll }) {
    return part('roll', null, facts([['dossier.units', roll.units ? `${roll.unitsPresent}/${roll.units}` : ''], ['dossier.signed', roll.signedBy ? `${roll.signedBy}, ${momentWords(roll.signedAt)}` : '']]),
        roll.lines.length ? table(t('dossier.part.roll'), ['dossier.who', 'dossier.mark', 'dossier.at', 'dossier.drops'], [h('tbody', {}, ...roll.lines.map((/** @type {any} */ line) => h('tr', {},
            h('th', { scope: 'row' }, line.name, line.delegate ? h('small', { text: t('dossier.delegate', { name: line.delegate }) }) : null, line.reason ? h('small', { text: line.reason }) : null),
            cell('dossier.mark', chip(t(`minutes.mark.${line.state}`), /** @type {any} */ (MARKS)[line.state])), cell('dossier.at', line.at ? momentWords(line.at) : '–'), cell('dossier.drops', String(line.drops)))))]) : empty(t('none')));
}

/** @param {any} one */
function votePart({ votes }) {
    return part('votes', votes.length, votes.length ? h('ol', { class: 'dossier-votes' }, ...votes.map((/** @type {any} */ vote) => h('li', {},
        h('p', {}, h('strong', { text: vote.title }), ' ', chip(t(`minutes.kind.${vote.kind}`))),
        h('p', { text: vote.verdict }),
        vote.counts ? h('p', { class: 'fine', text: vote.choices.map((/** @type {string} */ choice, /** @type {number} */ index) => `${choice}: ${vote.counts[index] ?? 0}`).join(' · ') }) : null,
        vote.ballots ? h('details', {}, h('summary', { text: t('dossier.ballots', { n: vote.ballots.length }) }), h('ul', { class: 'dossier-ballots' }, ...vote.ballots.map((/** @type {any} */ ballot) => h('li', {}, ballot.name, h('span', { class: 'fine', text: ` – ${vote.choices[ballot.choice] ?? ''}` }))))) : null)))
        : empty(t('none')));
}

/** @param {any} one */
function minutesPart({ minutes, meeting, imported }) {
    const number = minutes.number ? `${minutes.number}/${minutes.symbol || 'BB'}` : '';
    return part('minutes', null, facts([['dossier.number', number], ['dossier.state', t(`minutes.state.${minutes.state}`)]]),
        minutes.notes.length ? h('dl', { class: 'dossier-notes' }, ...minutes.notes.flatMap((/** @type {any} */ note) => [h('dt', { text: note.item || t('dossier.general') }), h('dd', { text: note.text })])) : null,
        imported ? null : h('p', { class: 'dossier-tools' }, linkButton(t('minutes.open'), `/bien-ban/${meeting.id}`, { icon: 'paper', small: true }),
            linkButton('PDF', `/api/occurrences/${meeting.id}/minutes.pdf`, { icon: 'print', small: true, target: '_blank', 'aria-label': t('minutes.pdf') })));
}

/** @param {any} one */
const conclusionPart = ({ minutes }) => part('conclusions', minutes.conclusions.length, minutes.conclusions.length ? h('ol', { class: 'dossier-list' }, ...minutes.conclusions.map((/** @type {any} */ line) => h('li', {}, line.text,
    h('span', { class: 'fine', text: [line.owner, line.due ? t('dossier.due', { day: showDay(line.due) }) : ''].filter(Boolean).map((words) => ` · ${words}`).join('') })))) : empty(t('none')));

/** @param {any} one */
const letterPart = ({ letters }) => (letters ? part('letters', letters.length, letters.length ? table(t('dossier.part.letters'), ['dossier.who', 'dossier.subject', 'dossier.sent'], [h('tbody', {}, ...letters.map((/** @type {any} */ letter) => h('tr', {},
    h('th', { scope: 'row' }, letter.to, h('small', { text: letter.address })), cell('dossier.subject', letter.subject),
    cell('dossier.sent', letter.sent ? momentWords(letter.sent) : chip(t(`mail.${letter.state}`), letter.state === 'failed' ? 'bad' : 'warn')))))]) : empty(t('none'))) : null);

/** @param {any} one */
const actPart = ({ acts }) => (acts ? part('acts', acts.length, acts.length ? table(t('dossier.part.acts'), ['audit.number', 'audit.at', 'audit.who', 'audit.what'], [h('tbody', {}, ...acts.map((/** @type {any} */ act) => h('tr', {},
    numberCell('audit.number', act.line), h('td', { class: 'moment', 'data-label': t('audit.at'), text: momentWords(act.at) }), h('th', { scope: 'row', text: act.who }),
    cell('audit.what', actWords(act.what), h('small', {}, actDetail(act.what, act.detail))))))], { kind: 'audit' }) : empty(t('none'))) : null);

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, title, signal }) {
    const imported = params.imported;
    const path = imported ? `/api/dossiers/${imported}` : `/api/occurrences/${params.id}/dossier`;
    let one;
    try {
        one = { ...(await get(path, { signal })), imported };
    } catch (error) {
        if (!(error instanceof Refusal) || error.status !== 403 || imported) throw error;
        title(t('dossier.title'));
        main.replaceChildren(pageHead(t('dossier.title')), notice('plain', t('dossier.later')), h('p', { class: 'state-link' }, h('a', { href: `/phien/${params.id}`, text: t('minutes.meeting') })));
        return;
    }
    title(`${t('dossier.title')}: ${one.meeting.title}`);
    main.classList.add('dossier-page');
    main.replaceChildren(
        pageHead(one.meeting.title, { eyebrow: `${t('dossier.title')} · ${dayWords(one.meeting.start.slice(0, 10))}`, help: 'help.dossier', actions: [
            linkButton(t(imported ? 'dossier.list' : 'minutes.meeting'), imported ? '/ho-so' : `/phien/${params.id}`, { icon: 'left' }),
            button(t('print'), { icon: 'print', click: () => print() }),
            one.mayExport ? linkButton(t('dossier.zip'), `${imported ? path : `/api/occurrences/${params.id}`}/dossier.zip`, { icon: 'down', kind: 'primary', download: '' }) : null] }),
        imported ? notice('plain', t('dossier.imported')) : '',
        ...[meetingPart, minutesPart, conclusionPart, votePart, paperPart, rollPart, inviteePart, letterPart, actPart].map((make) => make(one) ?? ''));
}
