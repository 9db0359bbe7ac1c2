// Answering an invitation from the mail's link: no session, one hand, a phone.
import { h } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, Refusal } from '../api.js';
import { answerBox } from '../answer-box.js';
import { outside } from '../outside.js';
import { inWords } from '../server-words.js';
import { spanWords } from '../times.js';
import { linkButton, notice } from '../ui.js';

/** @param {import('../app.js').Visit} visit */
export async function page({ main, params, title }) {
    title(t('answer.title'));
    const path = `/api/answers/${encodeURIComponent(params.token)}`;
    const found = await get(path, { open: true }).catch((error) => {
        if (error instanceof Refusal && error.status === 404) return null;
        throw error;
    });
    if (!found) return main.append(outside(t('answer.nolink'), '', h('p', { text: t('answer.nolink.words') }), linkButton(t('signin.go'), '/giay-moi', { kind: 'wide' })));
    const done = h('div', { role: 'status' });
    main.append(outside(found.title, found.organiser ?? '',
        h('p', { class: 'answer-when', text: spanWords(found.start, found.end) }),
        found.series ? h('p', { class: 'fine', text: inWords(found.words) }) : '',
        found.chair || found.venue ? h('p', { class: 'fine', text: [found.chair ? `${t('chair')}: ${found.chair}` : '', found.venue ? `${t('venue')}: ${found.venue}` : ''].filter(Boolean).join(' · ') }) : '',
        h('p', { class: 'answer-unit' }, t('answer.for'), ' ', h('strong', { text: found.unit })),
        found.recorded && found.form !== 'in-person' ? notice('plain', t('meeting.recorded')) : '',
        found.state === 'cancelled' ? notice('bad', t('occurrence.cancelled')) : answerBox({
            answer: found.answer, delegate: found.delegate, big: true, open: true, recurring: found.series === true, path, extra: {},
            done: (answer) => done.replaceChildren(notice('good', t(`answered.${answer}`), ' ', t('answer.change'))),
        }), done));
}
