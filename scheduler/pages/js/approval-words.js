// What the pages of approval say alike: states, days, who.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { showDay } from './times.js';
import { chip } from './ui.js';

const TONES = { draft: 'warn', comment: '', approve: '', sign: '', ready: 'jade', issued: 'good', withdrawn: 'bad' };

/** @param {any} one a route, or a line of a list */
export const stateChip = (one) => chip(t(`approval.state.${one.state}`), TONES[/** @type {keyof typeof TONES} */ (one.state)]);

/** The day by which it is to be done. @param {string|null|undefined} due @param {boolean} late */
export const dueChip = (due, late) => (due ? chip(t(late ? 'approval.late' : 'approval.due', { day: showDay(due) }), late ? 'bad' : 'warn') : null);

/** @param {any} person @returns {any} */
export const personWords = (person) => h('span', { class: 'approval-person' }, h('strong', { text: person.name }), person.title ? h('small', { text: person.title }) : null);
