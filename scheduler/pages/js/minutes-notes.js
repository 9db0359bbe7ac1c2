// The secretary's notes: one field for each item of the agenda, and one for the meeting as a whole.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { field, textarea } from './forms.js';
import { autosave } from './minutes-saving.js';

/** @param {{keep: (act: any) => Promise<void>}} page */
export function notes({ keep }) {
    const root = h('div', { class: 'stack' });
    /** @type {Map<number|null, {text: any, watch: any, root: any, title: string}>} */
    const fields = new Map();

    /** @param {number|null} item @param {string} title @param {string} words */
    function one(item, title, words) {
        const known = fields.get(item);
        if (known?.title === title) {
            if (!known.watch.isDirty()) known.text.value = words;
            return known.root;
        }
        const text = textarea(words, { rows: 4, maxlength: 10000 });
        const made = field(`note-${item ?? 'all'}`, title, text, { wide: true });
        const watch = autosave(made, () => keep({ do: 'note', item, text: text.value.trim() }));
        fields.set(item, { text, watch, root: made, title });
        return made;
    }
    return {
        root,
        /** @param {any} minutes */
        update(minutes) {
            const wanted = [
                ...minutes.agenda.map((/** @type {any} */ item, /** @type {number} */ index) => one(item.id, `${index + 1}. ${item.title}`, item.note)),
                one(null, t(minutes.agenda.length ? 'minutes.note.other' : 'minutes.note.all'), minutes.note),
            ];
            // Moving a field would take the focus out of it.
            wanted.forEach((element, index) => {
                if (root.children[index] !== element) root.insertBefore(element, root.children[index] ?? null);
            });
            while (root.children.length > wanted.length) root.lastElementChild?.remove();
        },
    };
}
