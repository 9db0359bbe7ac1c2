// Papers chosen before the meeting exists: they wait here and leave with the booking.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { radios } from './forms.js';
import { paperBox, paperLine } from './paper-box.js';

/** @param {() => boolean} recurs whether the meeting is a series */
export function pendingPapers(recurs) {
    const list = h('ul', { class: 'uploads' });
    const scope = radios('paperScope', [['this', t('papers.scope.first')], ['series', t('papers.scope.series')]], 'this');
    const scopeBox = h('div', { class: 'field', hidden: true }, h('span', { class: 'label', text: t('papers.scope') }), scope);
    const lines = () => /** @type {ReturnType<typeof paperLine>[]} */ ([...list.children]);
    const draw = () => {
        scopeBox.hidden = !list.childElementCount || !recurs();
    };
    return Object.assign(h('div', { class: 'papers-pending wide' }, paperBox((more) => {
        list.append(...more.map((file) => paperLine(file, draw)));
        draw();
    }), list, scopeBox), { lines, scope: () => (recurs() ? scope.choice() : 'this'), recurring: draw });
}
