// The frame of the pages that need no session: the name above, and one sheet.
import { h } from '/assets/js/dom.js';
import { brand, languageSwitch } from './shell.js';

/** @param {string} title @param {string} eyebrow whose page it is @param {...(Node|string)} body */
export const outside = (title, eyebrow, ...body) => h('div', { class: 'outside' },
    h('div', { class: 'outside-top' }, brand(), languageSwitch()),
    h('div', { class: 'outside-sheet' },
        h('div', { class: 'outside-head' }, eyebrow ? h('p', { class: 'eyebrow', text: eyebrow }) : null, h('h1', { tabindex: '-1', text: title })),
        h('div', { class: 'outside-body' }, ...body)));
