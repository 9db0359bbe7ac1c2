// Choosing papers: their classification is asked before any file can be chosen, because papers marked Mật and above
// never enter the system (design §2), and an accident would already be one.
import { h, icon } from '/assets/js/dom.js';
import { sizeWords } from '/assets/js/figures.js';
import { t } from '/assets/js/i18n.js';
import { fileButton, input, radios } from './forms.js';
import { uploadPaper } from './paper-upload.js';
import { button, errorText, notice } from './ui.js';

const LARGEST = 50 << 20;
const LARGEST_MEDIA = 500 << 20;
const MEDIA = /\.(mp4|m4v|m4a|webm|mp3|ogg|oga|ogv|wav)$/i;
const ACCEPT = '.pdf,.doc,.docx,.docm,.xls,.xlsx,.xlsm,.ppt,.pptx,.pptm,.odt,.ods,.odp,.png,.jpg,.jpeg,.webp,.tif,.tiff,.txt,.mp4,.m4v,.webm,.mp3,.m4a,.ogg,.wav';

/**
 * @param {(files: File[]) => void} take
 * @param {{multiple?: boolean}} [options]
 */
export function paperBox(take, { multiple = true } = {}) {
    const trouble = h('div', { role: 'alert' });
    const choose = fileButton(t('papers.choose'), { accept: ACCEPT, multiple, take: (files) => got(files) });
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
        const all = [...files].slice(0, multiple ? undefined : 1);
        const good = all.filter((one) => one.size <= (MEDIA.test(one.name) ? LARGEST_MEDIA : LARGEST));
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

/**
 * One chosen file: its title, which can be changed until it leaves, and then how far it is.
 * @param {File} file
 * @param {(() => void)|null} removed told when it was taken out before it left, or cancelled
 * @param {string} [named] the title to begin with
 */
export function paperLine(file, removed, named) {
    const bar = h('i');
    const title = input({ class: 'input upload-title', maxlength: 300, value: named ?? file.name.replace(/\.[^.]+$/, ''), 'aria-label': t('papers.title.of', { name: file.name }) });
    const said = h('span', { class: 'upload-said', text: sizeWords(file.size) });
    const status = h('span', { class: 'visually-hidden', role: 'status' });
    let stop = new AbortController();
    let isOnItsWay = false;
    const cancel = button(t('remove', { name: file.name }), {
        icon: 'close', bare: true,
        click: () => {
            if (isOnItsWay) stop.abort();
            else {
                element.remove();
                removed?.();
            }
        },
    });
    const element = h('li', { class: 'upload' }, icon('paper'), h('span', { class: 'upload-words' }, title, h('small', { class: 'upload-name', text: file.name })), said, cancel, status, h('span', { class: 'bar', 'aria-hidden': 'true' }, bar));
    /** @param {string} state @param {string} words */
    const end = (state, words) => {
        element.classList.remove('failed', 'waiting');
        if (state) element.classList.add(state);
        said.textContent = words;
        status.textContent = `${title.value}: ${words}`;
    };
    return Object.assign(element, {
        file,
        isDone: () => element.classList.contains('done'),
        /**
         * Sends it; a failure is told in its line and thrown.
         * @param {number} occurrence
         * @param {{scope: string, item?: number|null, replaces?: number|null}} where
         */
        async leave(occurrence, where) {
            end('', t('papers.leaving'));
            stop = new AbortController();
            isOnItsWay = true;
            title.disabled = true;
            cancel.title = t('papers.cancel', { name: file.name });
            cancel.setAttribute('aria-label', cancel.title);
            let share = 0;
            try {
                const paper = await uploadPaper(occurrence, file, { ...where, title: title.value.trim() || file.name }, {
                    signal: stop.signal,
                    progress: (now) => {
                        share = now;
                        bar.style.width = `${Math.round(now * 100)}%`;
                        said.textContent = t('papers.share', { share: Math.round(now * 100), size: sizeWords(file.size) });
                    },
                    waiting: (isWaiting) => {
                        if (isWaiting) end('waiting', t('papers.waiting', { share: Math.round(share * 100) }));
                        else element.classList.remove('waiting');
                    },
                });
                if (!paper) {
                    element.remove();
                    removed?.();
                    return null;
                }
                bar.style.width = '100%';
                end('done', t('papers.done'));
                cancel.remove();
                return paper;
            } catch (error) {
                title.disabled = false;
                end('failed', errorText(error));
                throw error;
            } finally {
                isOnItsWay = false;
            }
        },
    });
}
