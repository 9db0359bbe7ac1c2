// Papers chosen before the meeting exists: they wait here and leave with the booking.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { radios } from './forms.js';
import { paperBox } from './paper-box.js';
import { button } from './ui.js';

/** @param {() => boolean} recurs whether the meeting is a series */
export function pendingPapers(recurs) {
    /** @type {File[]} */
    let files = [];
    const list = h('ul', { class: 'uploads' });
    const scope = radios('paperScope', [['this', t('papers.scope.first')], ['series', t('papers.scope.series')]], 'this');
    const scopeBox = h('div', { class: 'field', hidden: true }, h('span', { class: 'label', text: t('papers.scope') }), scope);
    const draw = () => {
        list.replaceChildren(...files.map((file) => h('li', { class: 'upload' }, icon('paper'), h('span', { class: 'upload-name', text: file.name }), h('span', { class: 'upload-said', text: sizeWords(file.size) }),
            button(t('remove', { name: file.name }), {
                icon: 'close', bare: true,
                click: () => {
                    files = files.filter((one) => one !== file);
                    draw();
                },
            }))));
        scopeBox.hidden = !files.length || !recurs();
    };
    return Object.assign(h('div', { class: 'papers-pending wide' }, paperBox((more) => {
        files = [...files, ...more];
        draw();
    }), list, scopeBox), { files: () => files, scope: () => (recurs() ? scope.choice() : 'this'), recurring: draw });
}
