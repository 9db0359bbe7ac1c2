// What the meeting decides, as the secretary types it, and the secretary's notes on each item. Both are saved while typing.
import { h } from '../dom.js';
import { t } from '../i18n.js';
import { area, autosave, button, choice, confirm, field, input } from './controls.js';
import { Rows } from './rows.js';

export class DecisionsView {
    #items = '';
    #noted = '';

    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.text = area({ maxlength: 2000, placeholder: t('decision.example') });
        this.owner = input({ maxlength: 200, placeholder: t('decision.owner.example') });
        this.due = input({ type: 'date' });
        this.item = choice([]);
        this.add = button(t('decision.add'), () => this.#add(), { icon: 'plus', tone: 'main' });
        this.list = h('ol', { class: 'crows decisions', 'aria-label': t('tab.decisions') });
        this.empty = h('p', { class: 'cempty', text: t('decision.empty') });
        this.note = area({ rows: 4, maxlength: 8000, placeholder: t('note.example') });
        this.noteState = h('span', { class: 'cnote', role: 'status' });
        autosave(this.note, () => void this.#saveNote());
        this.item.addEventListener('change', () => this.draw());
        this.root = h('div', { class: 'cview' },
            h('div', { class: 'cnotes' }, field(t('note.item'), this.item), field(t('note.title'), this.note), this.noteState),
            h('div', { class: 'cscroll' }, this.empty, this.list),
            h('div', { class: 'cfoot' }, field(t('decision.text'), this.text), h('div', { class: 'cpair' }, field(t('decision.owner'), this.owner), field(t('decision.due'), this.due)), this.add));
        this.rows = new Rows(this.list, () => new DecisionRow(conduct));
    }

    get #chosen() {
        return (this.conduct.get('agenda') ?? []).find((/** @type {any} */ { id }) => String(id) === this.item.value)?.id ?? null;
    }

    draw() {
        const { conduct } = this;
        const agenda = conduct.get('agenda') ?? [];
        const items = JSON.stringify(agenda.map((/** @type {any} */ { id, title }) => [id, title]));
        if (items !== this.#items) {
            this.#items = items;
            const before = this.item.value;
            this.item.replaceChildren(h('option', { value: '', text: t('note.whole') }), ...agenda.map((/** @type {any} */ one, /** @type {number} */ index) => h('option', { value: String(one.id), text: `${index + 1}. ${one.title}` })));
            this.item.value = before || String(agenda.find((/** @type {any} */ one) => one.since)?.id ?? '');
        }
        const note = conduct.get(`note/${this.#chosen ?? ''}`) ?? conduct.list('note').find((one) => (one.item ?? null) === this.#chosen);
        const key = this.item.value;
        // What is being typed stays; another item, or nobody typing: what the server has.
        if (this.#noted !== key || document.activeElement !== this.note) {
            this.#noted = key;
            if (this.note.value !== (note?.text ?? '') && !conduct.pending.some(({ name }) => name === 'note')) this.note.value = note?.text ?? '';
        }
        const decisions = conduct.list('decision').sort((one, other) => Number(one.id) - Number(other.id));
        this.empty.hidden = decisions.length > 0;
        this.rows.draw(decisions, ({ id }) => String(id));
    }

    async #saveNote() {
        this.noteState.textContent = t('note.saving');
        const { done } = await this.conduct.act('note', { item: this.#chosen, text: this.note.value });
        this.noteState.textContent = done ? t('note.saved') : t('note.failed');
    }

    #add() {
        const text = this.text.value.trim();
        if (!text) return this.text.focus();
        void this.conduct.act('decision.add', { text, due: this.due.value || null, owner: this.owner.value.trim(), item: this.#chosen }).then(({ done }) => {
            if (!done && !this.text.value) this.text.value = text;
        });
        this.text.value = this.owner.value = this.due.value = '';
        this.text.focus();
    }
}

class DecisionRow {
    /** @param {import('../conduct.js').Conduct} conduct */
    constructor(conduct) {
        this.conduct = conduct;
        /** @type {any} */
        this.decision = null;
        this.number = h('span', { class: 'crow-number' });
        this.text = area({ maxlength: 2000, 'aria-label': t('decision.text') });
        this.owner = input({ maxlength: 200, 'aria-label': t('decision.owner'), placeholder: t('decision.owner') });
        this.due = input({ type: 'date', 'aria-label': t('decision.due') });
        this.drop = button(t('decision.remove'), () => void this.#remove(), { icon: 'close', bare: true });
        for (const control of [this.text, this.owner, this.due]) autosave(control, () => this.#save());
        this.element = h('li', { class: 'crow decision' }, this.number, h('span', { class: 'crow-words' }, this.text, h('span', { class: 'cpair' }, this.owner, this.due)), this.drop);
    }

    /** @param {any} decision @param {number} index */
    draw(decision, index) {
        this.decision = decision;
        this.number.textContent = String(index + 1);
        this.drop.setAttribute('aria-label', `${t('decision.remove')}: ${decision.text}`);
        /** @type {[HTMLInputElement|HTMLTextAreaElement, string][]} */
        const controls = [[this.text, decision.text], [this.owner, decision.owner ?? ''], [this.due, decision.due ?? '']];
        const isSaving = this.conduct.pending.some(({ name }) => name === 'decision.edit');
        for (const [control, value] of controls) {
            if (document.activeElement !== control && !isSaving && control.value !== value) control.value = value;
        }
    }

    #save() {
        const { id, text, owner, due } = this.decision;
        const now = { text: this.text.value.trim(), owner: this.owner.value.trim(), due: this.due.value || null };
        if (!now.text || (now.text === text && now.owner === (owner ?? '') && now.due === (due || null))) return;
        void this.conduct.act('decision.edit', { decision: id, ...now });
    }

    async #remove() {
        if (await confirm(t('decision.remove'), this.decision.text, t('decision.remove.yes'))) void this.conduct.act('decision.remove', { decision: this.decision.id });
    }
}
