// The command palette: type a site's name and what is wanted, press Enter. Everything that the console does with one seat,
// and the acts for the whole room (combobox with a list, ARIA authoring practices).
import { h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { plainWords } from '../plain-words.js';
import { VERBS } from './verbs.js';

/** @typedef {{text: string, plain: string, icon: string, hint: string, run: () => void}} Command */

const SHOWN_MOST = 40;

export class Palette {
    /** @type {Command[]} */
    #all = [];
    /** @type {Command[]} */
    #shown = [];
    #at = 0;
    /** @type {HTMLElement|null} */
    #before = null;

    /** @param {import('./panel.js').Console} console */
    constructor(console) {
        this.console = console;
        this.field = h('input', {
            class: 'palette-field', role: 'combobox', 'aria-expanded': 'true', 'aria-controls': 'palette-list', 'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: 'false',
            'aria-label': t('palette.label'), placeholder: t('palette.label'), input: () => this.#find(),
        });
        this.list = h('ul', { id: 'palette-list', class: 'palette-list', role: 'listbox', 'aria-label': t('palette.found') });
        this.none = h('p', { class: 'cempty', role: 'status' });
        this.dialog = h('dialog', { class: 'palette', 'aria-label': t('palette.label') }, h('div', { class: 'palette-head' }, icon('search'), this.field, h('kbd', { text: 'Esc' })), this.list, this.none);
        this.field.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
        this.dialog.addEventListener('close', () => { if (this.#before?.isConnected) this.#before.focus(); });
        this.dialog.addEventListener('click', (/** @type {Event} */ event) => { if (event.target === this.dialog) this.dialog.close(); });
        document.body.append(this.dialog);
    }

    /** @param {string} [text] to begin with */
    open(text = '') {
        if (this.dialog.open) return;
        this.#before = /** @type {HTMLElement|null} */ (document.activeElement);
        this.#all = this.#commands();
        this.field.value = text;
        this.dialog.showModal();
        this.field.focus();
        this.#find();
    }

    remove() {
        this.dialog.remove();
    }

    /** @returns {Command[]} */
    #commands() {
        const { conduct, open } = this.console;
        const command = (/** @type {string} */ text, /** @type {string} */ icon, /** @type {() => void} */ run, hint = '') => ({ text, plain: plainWords(text), icon, hint, run });
        const act = (/** @type {string} */ key, /** @type {string} */ icon, /** @type {string} */ name, fields = {}) => command(t(key), icon, () => void conduct.act(name, fields));
        const general = conduct.leads ? [
            act('floor.next', 'next', 'floor.next'), act('floor.take', 'stop', 'floor.take'), act('mute.all', 'mic-off', 'mute', { all: true, hold: false }),
            act('unmute.all', 'mic', 'unmute', { all: true }), act('roll.close', 'roll', 'roll.close'), act('door.admit.all', 'door', 'admit', { all: true }),
            act('stage.clear', 'speaker', 'stage', { seats: [], layout: 'speaker' }), act('palette.grid', 'grid', 'stage', { seats: [], layout: 'grid' }), act('palette.paper', 'page', 'stage', { seats: [], layout: 'paper' }),
        ] : [];
        const tabs = this.console.tabs.map((tab) => command(t('palette.tab', { name: t(`tab.${tab}`) }), tab, () => open(tab)));
        const agenda = conduct.leads ? (conduct.get('agenda') ?? []).filter((/** @type {any} */ { since }) => !since).map((/** @type {any} */ { id, title }) => (
            command(t('agenda.start', { title }), 'agenda', () => void conduct.act('agenda.start', { item: id })))) : [];
        const seats = !conduct.leads ? [] : conduct.list('seat').sort((one, other) => Number(other.hand) - Number(one.hand) || Number(other.connected) - Number(one.connected) || one.name.localeCompare(other.name, 'vi'))
            .flatMap((seat) => VERBS.filter(({ least = 1, fits }) => least === 1 && (fits?.(seat) ?? true)).map((verb) => (
                command(`${t(`verb.${verb.id}`)} ${seat.name}`, verb.icon, () => verb.run(this.console, [seat]), seat.connected ? (seat.hand ? t('sites.hand') : '') : t('sites.gone')))));
        return [...general, ...agenda, ...tabs, ...seats];
    }

    #find() {
        const words = plainWords(this.field.value).split(' ').filter(Boolean);
        const phrase = words.join(' ');
        const found = this.#all.filter(({ plain }) => words.every((word) => plain.includes(word)));
        // What has the words in a row comes before what has them anywhere.
        this.#shown = [...found.filter(({ plain }) => plain.includes(phrase)), ...found.filter(({ plain }) => !plain.includes(phrase))].slice(0, SHOWN_MOST);
        this.list.replaceChildren(...this.#shown.map((command, index) => h('li', {
            id: `command-${index}`, role: 'option', class: 'command', 'aria-selected': 'false', click: () => this.#run(index), pointermove: () => this.#mark(index, false),
        }, icon(command.icon), h('span', { text: command.text }), h('span', { class: 'crow-soft', text: command.hint }))));
        this.list.hidden = this.#shown.length === 0;
        this.field.setAttribute('aria-expanded', String(this.#shown.length > 0));
        this.none.hidden = this.#shown.length > 0;
        this.none.textContent = t('palette.none');
        this.#mark(0);
    }

    /** @param {number} index @param {boolean} [scroll] */
    #mark(index, scroll = true) {
        this.list.children[this.#at]?.setAttribute('aria-selected', 'false');
        this.#at = index;
        const row = this.list.children[index];
        row?.setAttribute('aria-selected', 'true');
        if (row) this.field.setAttribute('aria-activedescendant', row.id);
        else this.field.removeAttribute('aria-activedescendant');
        if (scroll) row?.scrollIntoView({ block: 'nearest' });
    }

    /** @param {number} index */
    #run(index) {
        const command = this.#shown[index];
        if (!command) return;
        this.dialog.close();
        command.run();
    }

    /** @param {KeyboardEvent} event */
    #key(event) {
        const count = this.#shown.length;
        if (event.isComposing) return;
        if (event.key === 'ArrowDown' && count) this.#mark((this.#at + 1) % count);
        else if (event.key === 'ArrowUp' && count) this.#mark((this.#at + count - 1) % count);
        else if (event.key === 'Enter') this.#run(this.#at);
        else return;
        event.preventDefault();
    }
}
