// Papers of the meetings to which somebody is invited come into their computer while they do something else.
import { Prefetch } from '/assets/js/papers/prefetch.js';
import { get } from './api.js';

/** What is being looked at comes first. */
const BEGIN_MS = 20_000;

/** @type {Prefetch|null} */
let papers = null;

/** @param {any} me null: nobody is signed in */
export function fetchPapersAhead(me) {
    if (!me) {
        papers?.stop();
        papers = null;
    } else if (!papers) {
        const mine = new Prefetch({ ask: () => get('/api/papers/coming', { open: true }) });
        papers = mine;
        setTimeout(() => { if (papers === mine) mine.start(); }, BEGIN_MS);
    }
}
