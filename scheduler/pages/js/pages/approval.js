// One paper on its way of approval: its steps, what can be done now, its pages with comments, its signatures.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from '../api.js';
import { actButtons } from '../approval-acts.js';
import { commentsPart } from '../approval-comments.js';
import { pagesPart } from '../approval-pages.js';
import { actsPart, stepsLine } from '../approval-steps.js';
import { stateChip } from '../approval-words.js';
import { readingReport } from '../paper-report.js';
import { signaturesPart } from '../signature-badges.js';
import { notice, pageHead } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, title, signal }) {
    const path = `/api/approvals/${params.id}`;
    let one = await get(path, { signal });
    const report = readingReport(signal);

    /** @param {any} [next] the route as an act has left it */
    async function again(next) {
        one = next ?? (await get(path));
        if (!signal.aborted) draw();
    }

    function draw() {
        title(one.paper.title);
        /** @type {any} */
        let comments;
        const pages = pagesPart(one.paper, { signal, pick: (...place) => comments.pick(...place), show: (id) => comments.show(id), looked: (number) => report.look(one.paper.id, number) });
        comments = commentsPart(one, { signal, drawn: (list) => pages.draw(list), turn: (number) => pages.turn(number) });
        const buttons = actButtons(one, again);
        const isSigning = one.may.includes('sign');
        main.replaceChildren(
            pageHead(one.paper.title, { eyebrow: t('approval.eyebrow'), help: 'help.approval' }),
            h('section', { class: 'card approval-top' },
                h('p', { class: 'approval-facts' }, stateChip(one), h('span', { text: t('approval.version', { n: one.paper.version ?? one.versions.at(-1)?.version ?? 1 }) }), one.round > 1 ? h('span', { text: t('approval.round', { n: one.round }) }) : null,
                    h('span', { text: t('approval.by', { name: one.owner.name }) }), h('span', { text: one.organiser }), one.number ? h('span', { text: one.number }) : null,
                    one.occurrence ? h('a', { href: `/phien/${one.occurrence}`, text: t('approval.meeting') }) : null),
                one.note ? h('p', { class: 'notes', text: one.note }) : null,
                stepsLine(one),
                one.state === 'draft' ? notice('warn', t(one.may.includes('submit') ? 'approval.returned.mine' : 'approval.returned')) : null,
                isSigning && !one.takesSignatures ? notice('warn', t('signing.closed')) : null,
                buttons.length ? h('div', { class: 'approval-buttons' }, ...buttons) : null),
            h('div', { class: 'approval-frame' },
                h('div', { class: 'approval-desk' }, pages),
                h('div', { class: 'approval-side' }, signaturesPart(one.paper, signal), comments, actsPart(one))));
    }
    draw();
}
