// Comments beside the pages: at a page or at a place of it, with replies, until they are seen to.
import { h, icon } from '/assets/js/dom.js';
import { t } from '/assets/js/i18n.js';
import { get, send } from './api.js';
import { field, input, textarea } from './forms.js';
import { onSubmit } from './submit-form.js';
import { momentWords } from './times.js';
import { button, chip, during, errorText, fill, toast } from './ui.js';

/**
 * @param {any} one a route
 * @param {{signal?: AbortSignal, drawn: (comments: any[]) => void, turn: (page: number) => void}} settings
 */
export function commentsPart(one, { signal, drawn, turn }) {
    const path = `/api/papers/${one.paper.id}/comments`;
    const list = h('div');
    /** @type {{x: number, y: number}|null} */
    let spot = null;
    const pageNumber = input({ type: 'number', min: 1, max: 20_000, inputmode: 'numeric' });
    pageNumber.value = '1';
    const text = textarea('', { rows: 3, maxlength: 4000 });
    const where = h('p', { class: 'fine', role: 'status' });
    const press = button(t('comment.add'), { kind: 'primary', small: true, type: 'submit', icon: 'chat' });
    const form = h('form', { class: 'stack comment-form' }, h('div', { class: 'comment-place' }, field('page', t('comment.page'), pageNumber), where), field('text', t('comment.text'), text), h('div', {}, press));
    const sayWhere = () => where.replaceChildren(...(spot ? [chip(t('comment.spot'), 'jade'), ' ', button(t('comment.spot.none'), { icon: 'close', bare: true, click: () => choose(null) })] : []));
    /** @param {{x: number, y: number}|null} next */
    const choose = (next) => {
        spot = next;
        sayWhere();
    };
    pageNumber.addEventListener('input', () => choose(null));
    onSubmit(form, press, {
        check: () => (text.value.trim() ? {} : { text: t('comment.missing') }),
        act: async () => {
            await send('POST', path, { page: Number(pageNumber.value), x: spot?.x ?? null, y: spot?.y ?? null, text: text.value.trim() });
            text.value = '';
            choose(null);
            await load();
        },
    });
    const load = () => fill(list, () => get(path, { signal }), ({ comments }) => {
        const heads = comments.filter((/** @type {any} */ each) => !each.repliesTo);
        heads.forEach((/** @type {any} */ each, /** @type {number} */ index) => Object.assign(each, { number: index + 1 }));
        drawn(comments);
        if (!heads.length) return h('p', { class: 'fine', text: t('comment.none') });
        return h('ol', { class: 'comments' }, ...heads.map((/** @type {any} */ head) => comment(head, comments.filter((/** @type {any} */ each) => each.repliesTo === head.id))));
    });

    /** @param {any} head @param {any[]} replies */
    function comment(head, replies) {
        const words = (/** @type {any} */ each) => [h('p', { class: 'comment-head' }, h('strong', { text: each.author }), ' ', h('small', { text: momentWords(each.at) }), each.inMeeting ? h('span', {}, ' ', chip(t('comment.meeting'), 'jade')) : null), h('p', { class: 'comment-text', text: each.text })];
        const settle = button(t(head.resolvedAt ? 'comment.reopen' : 'comment.resolve'), {
            small: true, kind: 'quiet', icon: head.resolvedAt ? 'repeat' : 'check',
            click: () => during(settle, async () => {
                try {
                    await send('PATCH', `/api/comments/${head.id}`, { resolved: !head.resolvedAt });
                    await load();
                } catch (error) {
                    toast(errorText(error), 'bad');
                }
            }),
        });
        const answer = h('form', { class: 'comment-reply' });
        const reply = input({ maxlength: 4000, 'aria-label': t('comment.reply.to', { name: head.author }), placeholder: t('comment.reply') });
        const go = button(t('comment.reply'), { small: true, type: 'submit' });
        answer.append(reply, go);
        onSubmit(answer, go, {
            act: async () => {
                if (!reply.value.trim()) return;
                await send('POST', path, { page: head.page, text: reply.value.trim(), repliesTo: head.id });
                await load();
            },
        });
        const old = head.paper !== one.paper.id;
        return h('li', { id: `y-kien-${head.id}`, tabindex: '-1', class: head.resolvedAt ? 'resolved' : '' },
            h('div', { class: 'comment-where' }, h('span', { class: 'comment-number', text: String(head.number) }), button(t('approval.page', { n: head.page }), { small: true, kind: 'quiet', click: () => turn(head.page) }),
                old ? chip(t('approval.version', { n: head.version })) : null, head.resolvedAt ? h('span', { class: 'comment-done' }, icon('check'), t('comment.resolved', { name: head.resolvedBy ?? '' })) : null),
            ...words(head), replies.length ? h('ul', { class: 'comment-replies' }, ...replies.map((each) => h('li', {}, ...words(each)))) : null,
            one.may.includes('comment') ? h('div', { class: 'comment-acts' }, answer, settle) : null);
    }
    void load();
    const part = h('section', { class: 'card comments-card' }, h('h2', { text: t('comment.title') }), one.may.includes('comment') ? form : null, list);
    return Object.assign(part, {
        /** @param {number} page @param {number} x @param {number} y */
        pick: (page, x, y) => {
            pageNumber.value = String(page);
            choose({ x, y });
            text.focus();
        },
        /** @param {number} id */
        show: (id) => {
            const found = part.querySelector(`#y-kien-${id}`);
            found?.scrollIntoView({ block: 'center' });
            found?.focus();
        },
    });
}
