// The keys of the player: what each does, and all of them shown by "?".
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { dialog } from './ui.js';

/** Keys as they are shown, and what they do (`film.key.…`). @type {[string[], string][]} */
const SHOWN = [
    [['␣', 'K'], 'play'], [['←', 'J'], 'back'], [['→', 'L'], 'on'], [['1', '…', '9'], 'chapter'], [['P', 'N'], 'chapters'],
    [['[', ']'], 'pages'], [['<', '>'], 'speed'], [['M'], 'mute'], [['F'], 'full'], [['I', 'O'], 'passage'], [['?'], 'help'],
];

/** @param {boolean} copies whether passages can be taken */
export function showKeys(copies) {
    dialog(t('film.keys'), [h('dl', { class: 'film-keys' }, ...SHOWN.filter(([, name]) => copies || name !== 'passage').flatMap(([keys, name]) => [
        h('dt', {}, ...keys.map((key) => (key === '…' ? h('span', { text: key }) : h('kbd', { text: key === '␣' ? t('film.key.space') : key })))), h('dd', { text: t(`film.key.${name}`) })]))]);
}

/**
 * Does what keys ask for while the player, or something in it, has the focus.
 * @param {HTMLElement} root
 * @param {HTMLVideoElement} video
 * @param {Record<string, () => void>} acts by key, in lower case; digits have `chapter`
 * @param {(index: number) => void} chapter
 */
export function followKeys(root, video, acts, chapter) {
    root.addEventListener('keydown', (event) => {
        const target = /** @type {HTMLElement} */ (event.target);
        if (event.ctrlKey || event.metaKey || event.altKey || target.closest('select, input, a, summary')) return;
        const key = event.key.toLowerCase();
        // The film's own buttons, and those beside it, know what a space is to them.
        if (key === ' ' && (target === video || target.closest('button'))) return;
        const act = /^[1-9]$/.test(key) ? () => chapter(Number(key) - 1) : acts[key];
        if (!act) return;
        event.preventDefault();
        event.stopPropagation();
        act();
    }, { capture: true });
}
