// The bar below the pictures and the single-letter shortcuts, from one table.
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';

/**
 * @typedef {{
 *     id: string, key: string, run: () => void, icon: () => string, label: () => string, short: () => string,
 *     isOn?: () => boolean, tone?: () => ''|'off'|'active'|'leave', badge?: () => string, disabled?: () => boolean,
 *     hidden?: () => boolean
 * }} Tool
 */

export class Toolbar {
    /** @type {Map<string, HTMLButtonElement>} */
    #buttons = new Map();

    /**
     * @param {Tool[]} tools
     * @param {{isActive: () => boolean, other: Record<string, () => void>}} keys `other`: keys without a button
     */
    constructor(tools, keys) {
        this.tools = tools;
        const bar = byId('toolbar');
        for (const tool of tools) {
            const button = h('button', { type: 'button', class: 'tool', id: `tool-${tool.id}`, 'aria-keyshortcuts': tool.key.toUpperCase(), click: tool.run });
            this.#buttons.set(tool.id, button);
            bar.append(button);
        }
        // Arrow keys walk along a toolbar (ARIA authoring practices).
        bar.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
            const all = [...this.#buttons.values()].filter((button) => !button.disabled && !button.hidden);
            const here = all.indexOf(/** @type {any} */ (document.activeElement));
            if (step === 0 || here < 0) return;
            event.preventDefault();
            event.stopPropagation();
            all[(here + step + all.length) % all.length].focus();
        });
        document.addEventListener('keydown', (event) => {
            if (!keys.isActive() || event.repeat || event.ctrlKey || event.altKey || event.metaKey || isTyping(event)) return;
            if (document.querySelector('dialog[open]')) return;
            // A Vietnamese input method says 'Process' for every letter: then the key's place counts.
            const letter = event.key === 'Process' && event.code.startsWith('Key') ? event.code.slice(3) : event.key;
            const key = letter.length === 1 ? letter.toLowerCase() : letter;
            const tool = tools.find((candidate) => candidate.key === key);
            const run = tool ? (tool.disabled?.() || tool.hidden?.() ? undefined : tool.run) : keys.other[key];
            if (!run) return;
            event.preventDefault();
            run();
        });
    }

    draw() {
        for (const tool of this.tools) {
            const button = this.#buttons.get(tool.id);
            if (!button) continue;
            button.hidden = tool.hidden?.() ?? false;
            if (button.hidden) continue;
            const name = tool.icon();
            const label = `${tool.label()} (${tool.key.toUpperCase()})`;
            const badge = tool.badge?.() ?? '';
            const text = `${name}|${label}|${tool.short()}|${badge}`;
            if (button.dataset.text !== text) {
                button.dataset.text = text;
                button.replaceChildren(
                    h('span', { class: 'tool-sign' }, icon(name), badge ? h('span', { class: 'badge', text: badge }) : null),
                    h('span', { class: 'tool-words', text: tool.short() }));
                button.setAttribute('aria-label', label);
                button.title = label;
            }
            if (tool.isOn) button.setAttribute('aria-pressed', String(tool.isOn()));
            button.dataset.tone = tool.tone?.() ?? '';
            button.disabled = tool.disabled?.() ?? false;
        }
    }
}

/** @param {KeyboardEvent} event */
function isTyping(event) {
    const target = event.target;
    return event.isComposing || (target instanceof HTMLElement
        && (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select')));
}

/** @param {[string, string][]} keys key and translation key */
export function drawHelp(keys) {
    byId('help-list').replaceChildren(...keys.map(([key, words]) => (
        h('div', {}, h('dt', {}, ...key.split(' ').map((one) => h('kbd', { text: one }))), h('dd', { text: t(words) })))));
}
