// The check of a site by whoever sits at it: one button, what is being tried, and what was found.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { field, select } from './forms.js';
import { figuresList, stateChip } from './readiness-words.js';
import { selfCheck } from './self-check.js';
import { button, dialog, during, errorText, notice } from './ui.js';

const PARTS = ['devices', 'speaker', 'wait', 'line', 'send'];

/** @param {any} one a meeting @param {{id: number, name: string}[]} sites */
export function askCheck(one, sites) {
    const ending = new AbortController();
    const choose = select(sites.map(({ id, name }) => [String(id), name]), String(sites[0].id));
    const said = h('p', { role: 'status', text: t('check.intro') });
    const bar = h('progress', { max: 1, value: 0, hidden: true, 'aria-label': t('check.title') });
    const found = h('div', { class: 'check-found' });
    const begin = button(t('check.begin'), { kind: 'primary', icon: 'check', click: () => during(begin, run) });
    async function run() {
        found.replaceChildren();
        bar.hidden = false;
        try {
            const result = await selfCheck({
                post: (path, body) => send('POST', path, body, { signal: ending.signal }), occurrence: one.id, site: Number(choose.value), signal: ending.signal,
                progress: (part, fraction, reason) => {
                    const words = t(part === 'wait' && reason ? `check.wait.${reason}` : `check.part.${part}`);
                    if (said.textContent !== words) said.textContent = words;
                    bar.value = (PARTS.indexOf(part) + Math.min(1, fraction)) / PARTS.length;
                },
            });
            said.textContent = t('check.done');
            found.replaceChildren(
                h('p', {}, stateChip(result.state), ' ', result.reasons.map((reason) => reason.words).join(' · ')), figuresList(result.figures));
        } catch (error) {
            if (ending.signal.aborted) return;
            said.textContent = '';
            found.replaceChildren(notice('bad', errorText(error)));
        } finally {
            bar.hidden = true;
            /** @type {HTMLElement} */ (begin.lastElementChild).textContent = t('check.again');
        }
    }
    dialog(t('check.title'), [
        sites.length > 1 ? field('site', t('check.site'), choose) : h('p', {}, h('strong', { text: sites[0].name })),
        said, bar, found,
    ], { actions: [begin], closed: () => ending.abort() });
}
