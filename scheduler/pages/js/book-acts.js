// The steps of booking: the series, its papers one by one, the invitations. A step that fails is done again alone,
// so that a bad line in the middle of a paper never books twice.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { send } from './api.js';
import { tellWithout } from './server-words.js';
import { button, dialog, errorText, linkButton, notice, toast } from './ui.js';

/**
 * @param {{series: any, key: string, invite: boolean, papers: any[], scope: string, booked: () => void,
 *   go: (path: string) => void}} settings
 */
export async function bookAll({ series, key, invite, papers, scope, booked, go }) {
    const made = await send('POST', '/api/series', series, { key });
    booked();
    const path = `/phien/${made.occurrence}`;
    if (!papers.length && !invite) {
        toast(t('booked', { n: made.occurrences ?? 1 }));
        return go(path);
    }
    const list = h('ul', { class: 'uploads' });
    const state = h('div', { role: 'status' }, notice('good', t('booked', { n: made.occurrences ?? 1 })));
    let finished = false;
    const { close, element } = dialog(t(invite ? 'booking.sending' : 'booking.papers'), [state, list], { closed: () => finished || go(path) });
    // Their lines move here from the form, with the titles that were given there.
    const waiting = [...papers];
    list.append(...waiting);
    const foot = h('div', { class: 'dialog-actions' });
    element.append(foot);

    async function rest() {
        foot.replaceChildren();
        try {
            while (waiting.length) {
                // One that failed and was then taken out is not asked for again.
                if (waiting[0].isConnected) await waiting[0].leave(made.occurrence, { scope });
                waiting.shift();
            }
            const sent = invite ? await send('POST', `/api/occurrences/${made.occurrence}/invitations`, { scope: series.rule ? 'series' : 'this', message: '' }) : null;
            finished = true;
            close();
            toast(invite ? t('booked.invited', { n: sent?.mail ?? 0 }) : t('booked', { n: made.occurrences ?? 1 }));
            tellWithout(sent);
            go(path);
        } catch (error) {
            state.replaceChildren(notice('good', t('booked', { n: made.occurrences ?? 1 })), notice('bad', errorText(error)));
            foot.replaceChildren(button(t('booking.rest'), { kind: 'primary', icon: 'repeat', click: () => void rest() }), linkButton(t('booking.open'), path));
            foot.querySelector('button')?.focus();
        }
    }
    await rest();
}
