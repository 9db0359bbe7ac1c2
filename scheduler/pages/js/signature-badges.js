// What a paper's signatures are worth: who, when, in which state.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get } from './api.js';
import { inWords } from './server-words.js';
import { button, cardHead, chip, fill } from './ui.js';

/** @param {any} paper @param {AbortSignal} [signal] */
export function signaturesPart(paper, signal) {
    const place = h('div');
    const load = (/** @type {boolean} */ again) => fill(place, () => get(`/api/papers/${paper.id}/signatures${again ? '?again=1' : ''}`, { signal }), ({ signatures, trouble }) => {
        if (trouble) return h('p', { class: 'fine', text: inWords(trouble) });
        if (!signatures.length) return h('p', { class: 'fine', text: t('signatures.none') });
        return h('ul', { class: 'signatures' }, ...signatures.map((/** @type {any} */ one) => h('li', { class: one.isValid ? 'valid' : 'invalid' }, icon(one.isValid ? 'check' : 'warn'),
            h('div', {}, h('p', {}, h('strong', { text: one.who || t('signatures.stamp') }), ' ', chip(t(one.isValid ? 'signatures.valid' : 'signatures.invalid'), one.isValid ? 'good' : 'bad')),
                one.agency ? h('p', { class: 'fine', text: one.agency }) : null,
                h('details', { class: 'fold' }, h('summary', { text: t('signatures.more') }), h('p', { class: 'fine', text: inWords(one.words) }), one.serial ? h('p', { class: 'fine', text: t('signatures.serial', { serial: one.serial }) }) : null)))));
    });
    void load(false);
    return h('section', { class: 'card' }, cardHead(h('h2', { text: t('signatures.title') }), [button(t('signatures.again'), { icon: 'repeat', bare: true, click: () => void load(true) })]), place);
}
