// Who has been rung, who has answered, who is there: drawn anew each second, row by row, so that nothing jumps and the
// focus stays.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { clockOf } from './clock.js';
import { button, dialog, during, errorText, pageHead, phoneLink, toast } from './ui.js';

const EVERY_MS = 1_000;
const STATES = ['rung', 'acknowledged', 'joined'];
const TONES = { rung: 'bad', acknowledged: 'warn', joined: 'good' };

/** Writes only what differs. @param {any} element @param {string} text */
const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
};

/** One site's row; `set` brings it up to date. @param {(sites: number[], pressed: any) => Promise<void>} ring */
function siteRow(ring) {
    /** @type {any} */
    let shown = {};
    const name = h('th', { scope: 'row' });
    const state = h('span', { class: 'chip' });
    const rings = h('small');
    const when = h('td', { class: 'moment' });
    const call = h('td');
    const again = button(t('emergency.ring.one'), { icon: 'bell', small: true, click: () => ring([shown.site], again) });
    const row = h('tr', {}, name, h('td', {}, state, rings), when, call, h('td', { class: 'act' }, again));
    let phone = '';
    /** @param {any} site @param {boolean} active */
    const set = (site, active) => {
        shown = site;
        say(name, site.name);
        say(state, t(`emergency.state.${site.state}`));
        const tone = `chip ${TONES[/** @type {'rung'} */ (site.state)]}`;
        if (state.className !== tone) state.className = tone;
        say(rings, site.rings > 1 ? t('emergency.rings', { n: site.rings }) : '');
        const at = site.joinedAt ?? site.acknowledgedAt ?? site.rungAt;
        const by = site.state === 'rung' ? '' : site.how === 'device' ? t('emergency.by.device') : site.by ?? '';
        say(when, by ? `${clockOf(at)} · ${by}` : clockOf(at));
        if (phone !== site.phone) {
            phone = site.phone;
            call.replaceChildren(phone ? phoneLink(phone, phone, { class: 'tel phone', 'aria-label': t('emergency.phone', { name: site.technician || site.name, phone }) }) : '');
        }
        again.hidden = !active || site.state === 'joined';
        again.setAttribute('aria-label', t('emergency.ring.name', { name: site.name }));
    };
    return { row, set };
}

/**
 * @param {any} first what /api/emergencies/ID says
 * @param {AbortSignal} signal
 */
export function emergencyList(first, signal) {
    let now = first;
    let only = '';
    /** @type {Map<number, {row: HTMLElement, set: (site: any, active: boolean) => void}>} */
    const rows = new Map();
    const path = `/api/emergencies/${first.occurrence}`;
    const body = h('tbody');
    const none = h('p', { class: 'fine emergency-none', hidden: true, text: t('emergency.none') });
    const status = h('p', { class: 'visually-hidden', role: 'status' });
    const over = h('p', { class: 'notice plain', hidden: true, text: t('emergency.over') });
    const meter = h('div', { class: 'emergency-meter', 'aria-hidden': 'true' }, h('i', { class: 'joined' }), h('i', { class: 'acknowledged' }));
    const tallies = ['', ...STATES].map((state) => {
        const number = h('b');
        const press = h('button', {
            type: 'button', class: `tally ${state}`, 'aria-pressed': String(!state),
            click: () => {
                only = state;
                for (const one of tallies) one.press.setAttribute('aria-pressed', String(one.state === only));
                draw();
            },
        }, number, h('span', { text: t(state ? `emergency.state.${state}` : 'emergency.all') }));
        return { state, press, number };
    });

    /** @param {number[]|null} sites @param {any} pressed */
    const ring = (sites, pressed) => during(pressed, async () => {
        try {
            const { sites: n } = await send('POST', `${path}/ring`, { sites });
            toast(t('emergency.rung', { n }));
            await refresh();
        } catch (error) {
            toast(errorText(error), 'bad');
        }
    });
    const join = button(t('join'), {
        icon: 'camera', kind: 'primary',
        click: () => during(join, async () => {
            try {
                location.assign((await send('POST', `/api/occurrences/${first.occurrence}/join`)).url);
            } catch (error) {
                toast(errorText(error), 'bad');
            }
        }),
    });
    const again = button('', { icon: 'bell', kind: 'danger-line', click: () => ring(null, again) });
    const end = button(t('emergency.end'), { icon: 'close', click: askEnd });

    function askEnd() {
        const yes = button(t('emergency.end.yes'), {
            kind: 'danger',
            click: () => during(yes, async () => {
                try {
                    await send('POST', `${path}/end`);
                    await refresh();
                } catch (error) {
                    toast(errorText(error), 'bad');
                }
                close();
            }),
        });
        const { close } = dialog(t('emergency.end'), [h('p', { text: t('emergency.end.words') })], { actions: [yes] });
    }

    function draw() {
        const { counts, active } = now;
        const numbers = { '': counts.sites, rung: counts.missing, acknowledged: counts.acknowledged - counts.joined, joined: counts.joined };
        for (const { state, number } of tallies) say(number, String(numbers[/** @type {''} */ (state)]));
        const share = (/** @type {number} */ n) => `${counts.sites ? (100 * n) / counts.sites : 0}%`;
        /** @type {any} */ (meter.children[0]).style.width = share(counts.joined);
        /** @type {any} */ (meter.children[1]).style.width = share(counts.acknowledged - counts.joined);
        say(status, t('emergency.counts', { sites: counts.sites, missing: counts.missing, acknowledged: counts.acknowledged, joined: counts.joined }));
        say(again.querySelector('span'), t('emergency.ring.missing', { n: counts.missing }));
        again.hidden = !active || !counts.missing;
        end.hidden = !active;
        over.hidden = active;
        let shown = 0;
        for (const site of now.sites) {
            let one = rows.get(site.site);
            if (!one) {
                one = siteRow(ring);
                rows.set(site.site, one);
                body.append(one.row);
            }
            one.set(site, active);
            one.row.hidden = Boolean(only) && site.state !== only;
            if (!one.row.hidden) shown += 1;
        }
        none.hidden = shown > 0;
    }
    async function refresh() {
        now = await get(path, { signal });
        draw();
    }
    /** Each second, while somebody looks; what fails is tried the next time. */
    async function follow() {
        while (!signal.aborted) {
            await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
            if (signal.aborted || document.hidden) continue;
            await refresh().catch(() => null);
        }
    }
    draw();
    void follow();
    return h('div', { class: 'emergency-live' },
        pageHead(first.title, { eyebrow: t('emergency.since', { time: clockOf(first.raisedAt), name: first.from }), help: 'help.emergency.live', actions: [join, again, end] }),
        over, first.message ? h('p', { class: 'emergency-message', text: first.message }) : null, status,
        h('div', { class: 'tallies', role: 'group', 'aria-label': t('emergency.show') }, ...tallies.map((one) => one.press)), meter,
        h('div', { class: 'card flush' }, h('div', { class: 'table-frame' }, h('table', { class: 'table emergency-table' },
            h('caption', { class: 'visually-hidden', text: t('emergency.table') }),
            h('thead', {}, h('tr', {}, ...['site', 'state', 'when', 'phone'].map((name) => h('th', { scope: 'col', text: t(`emergency.column.${name}`) })), h('td'))),
            body)), none));
}
