// What a ring looks like: a sheet over the whole page until somebody answers or silences it, then a bar at its head for
// as long as the alert stands.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { startSound, stopSound } from './ring-sound.js';
import { clockOf } from './clock.js';
import { button, during, errorText, notice } from './ui.js';

/** @typedef {{id: number, kind: string, title: string, message: string, occurrence?: number, raisedAt: number,
 *   rungAt: number, rings: number, acknowledged: boolean, from: string, place: string}} Alert */

/** @type {{element: HTMLDialogElement, key: string}|null} */
let sheet = null;
/** @type {HTMLElement|null} */
let bar = null;
let plainTitle = '';
/** @type {ReturnType<typeof setInterval>|undefined} */
let blinking;

/** One ring of one alert. @param {Alert} alert */
export const ringKey = (alert) => `${alert.id}.${alert.rings}`;

/** @param {Alert} alert */
const heading = (alert) => t(alert.kind === 'emergency' ? 'ring.emergency' : 'ring.technician');

/** Lets the page's title blink, so that it is seen among other tabs. @param {string} words */
function blink(words) {
    calm();
    plainTitle = document.title;
    let on = false;
    const turn = () => {
        on = !on;
        // What the page has been called meanwhile is what it is called afterwards.
        if (!on && document.title !== words) plainTitle = document.title;
        document.title = on ? words : plainTitle;
    };
    turn();
    blinking = setInterval(turn, 1_000);
}

function calm() {
    if (blinking === undefined) return;
    clearInterval(blinking);
    blinking = undefined;
    document.title = plainTitle;
}

/** Tells it outside the page, where the person has allowed that. @param {Alert} alert */
function notify(alert) {
    if (typeof Notification === 'undefined' || Notification.permission !== 'granted') return;
    try {
        const note = new Notification(heading(alert), { body: alert.title, tag: ringKey(alert), requireInteraction: true, lang: document.documentElement.lang });
        note.addEventListener('click', () => {
            window.focus();
            note.close();
        });
    } catch {
        // Some telephones allow notifications to service workers alone.
    }
}

/** Answers, and goes into the call. @param {Alert} alert */
async function enter(alert) {
    let { url } = await send('POST', `/api/alerts/${alert.id}/acknowledge`, { answer: 'coming' });
    // Whoever goes in by the meeting's own door is marked as there.
    if (alert.occurrence) ({ url } = await send('POST', `/api/occurrences/${alert.occurrence}/join`));
    stopRing();
    location.assign(url);
}

/**
 * @param {Alert} alert
 * @param {(alert: Alert) => void} settled the ring is over here: answered or silenced
 */
export function showRing(alert, settled) {
    if (sheet?.key === ringKey(alert)) return;
    stopRing();
    const trouble = h('div', { class: 'ring-trouble', role: 'alert' });
    /** @param {any} pressed @param {() => Promise<void>} act */
    const doing = (pressed, act) => during(pressed, async () => {
        trouble.replaceChildren();
        try {
            await act();
        } catch (error) {
            trouble.replaceChildren(notice('bad', errorText(error)));
        }
    });
    const join = button(t('ring.join'), { icon: 'camera', kind: 'ring-join', click: () => doing(join, () => enter(alert)) });
    const later = button(t('ring.coming'), {
        icon: 'check', kind: 'ring-later',
        click: () => doing(later, async () => {
            await send('POST', `/api/alerts/${alert.id}/acknowledge`, { answer: 'coming' });
            stopRing();
            settled({ ...alert, acknowledged: true });
        }),
    });
    const silence = button(t('ring.silence'), { kind: 'ring-quiet', click: () => { stopRing(); settled(alert); } });
    const element = h('dialog', { class: `ring ${alert.kind}`, 'aria-labelledby': 'ring-title', 'aria-describedby': 'ring-what' },
        h('div', { class: 'ring-sheet' },
            h('div', { class: 'ring-sign', 'aria-hidden': 'true' }, icon('bell')),
            h('h2', { id: 'ring-title', text: heading(alert) }),
            h('p', { class: 'ring-what', id: 'ring-what', text: alert.title }),
            alert.message ? h('p', { class: 'ring-message', text: alert.message }) : null,
            h('p', { class: 'ring-from', text: [alert.from, t('ring.at', { time: clockOf(alert.rungAt) }), alert.rings > 1 ? t('ring.again', { n: alert.rings }) : '', t('ring.place', { name: alert.place })].filter(Boolean).join(' · ') }),
            trouble,
            h('div', { class: 'ring-acts' }, join, later, silence)));
    // Escape silences; it must not take the ring away as if it had been answered.
    element.addEventListener('cancel', (/** @type {Event} */ event) => {
        event.preventDefault();
        silence.click();
    });
    document.body.append(element);
    element.showModal();
    sheet = { element, key: ringKey(alert) };
    // A page that is changed beneath closes its dialogs; this one is not the page's.
    element.addEventListener('close', () => {
        if (sheet?.element === element && element.isConnected) element.showModal();
    });
    join.focus();
    startSound(alert.kind === 'emergency');
    blink(`‼ ${heading(alert)}`);
    notify(alert);
}

/** Takes the sheet, its sound and the blinking away. */
export function stopRing() {
    stopSound();
    calm();
    const { element } = sheet ?? {};
    sheet = null;
    element?.close();
    element?.remove();
}

/** The bar for an alert that stands though it does not ring here any more. @param {Alert|null} alert */
export function showBar(alert) {
    bar?.remove();
    bar = null;
    if (!alert) return;
    const join = button(t('ring.join'), {
        icon: 'camera', small: true,
        click: () => during(join, () => enter(alert).catch((error) => { words.textContent = errorText(error); })),
    });
    const words = h('span', { text: `${heading(alert)}: ${alert.title}${alert.acknowledged ? ` · ${t('ring.answered')}` : ''}` });
    bar = h('div', { class: `ring-bar ${alert.kind}`, role: 'status' }, icon('bell'), words, join);
    document.body.prepend(/** @type {HTMLElement} */ (bar));
}
