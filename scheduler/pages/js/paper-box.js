// Taking a paper: its classification is asked before any file can be chosen, because papers marked Mật and above
// never enter the system (design §2), and an accident would already be one.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { query, upload } from './api.js';
import { fileButton, radios } from './forms.js';
import { notice } from './ui.js';

const LARGEST = 50 * 1024 * 1024;

/**
 * @param {(files: File[]) => void} take
 */
export function paperBox(take) {
    const trouble = h('div', { role: 'alert' });
    const choose = fileButton(t('papers.choose'), { accept: '.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.png,.jpg', multiple: true, take: (files) => got(files) });
    const zone = h('div', { class: 'drop' }, choose, h('span', { text: t('papers.drop') }));
    const words = h('div', {});
    let plain = false;
    const allow = () => {
        zone.classList.toggle('closed', !plain);
        choose.allow(plain);
    };
    const level = radios('classification', [['thuong', t('papers.plain')], ['mat', t('papers.secret')]], '', (value) => {
        plain = value === 'thuong';
        allow();
        words.replaceChildren(value === 'mat' ? notice('bad', t('papers.secret.words')) : '');
    });
    /** @param {Iterable<File>} files */
    const got = (files) => {
        trouble.replaceChildren();
        const all = [...files];
        const good = all.filter((one) => one.size <= LARGEST);
        if (good.length < all.length) trouble.replaceChildren(notice('bad', t('papers.large')));
        if (good.length) take(good);
    };
    for (const kind of ['dragover', 'dragenter']) {
        zone.addEventListener(kind, (/** @type {Event} */ event) => {
            event.preventDefault();
            zone.classList.toggle('over', plain);
        });
    }
    zone.addEventListener('dragleave', () => zone.classList.remove('over'));
    zone.addEventListener('drop', (/** @type {DragEvent} */ event) => {
        event.preventDefault();
        zone.classList.remove('over');
        if (plain) got(event.dataTransfer?.files ?? []);
        else trouble.replaceChildren(notice('warn', t('papers.first')));
    });
    level.setAttribute('aria-label', t('papers.classification'));
    allow();
    return h('div', { class: 'paper-box' }, h('p', { class: 'label', text: t('papers.classification') }), level, words, zone, trouble);
}

/** Sends a paper to a meeting, or to its whole series. @param {number} occurrence @param {File} file @param {string} scope @param {(share: number) => void} progress */
export const uploadPaper = (occurrence, file, scope, progress) => upload(
    `/api/occurrences/${occurrence}/papers${query({ title: file.name.replace(/\.[^.]+$/, ''), classification: 'thuong', scope, filename: file.name })}`, file, progress);

/** One file on its way, with how far it is. @param {File} file */
export function uploadLine(file) {
    const bar = h('i');
    const said = h('span', { class: 'upload-said', text: sizeWords(file.size) });
    const element = h('li', { class: 'upload' }, icon('paper'), h('span', { class: 'upload-name', text: file.name }), said, h('span', { class: 'bar', 'aria-hidden': 'true' }, bar));
    return Object.assign(element, {
        /** @param {number} share */
        progress: (share) => {
            bar.style.width = `${Math.round(share * 100)}%`;
            said.textContent = `${Math.round(share * 100)} %`;
        },
        /** @param {'done'|'failed'} state @param {string} [words] */
        end: (state, words) => {
            element.classList.add(state);
            said.textContent = words ?? t(`papers.${state}`);
        },
    });
}
