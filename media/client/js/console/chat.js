// What is written: to all, to those who lead, to one seat; searched by word or by who, and exported as a text.
import { timeWords } from '../conduct-words.js';
import { byId, h } from '../dom.js';
import { t } from '../i18n.js';
import { plainWords } from '../plain-words.js';
import { area, button, choice, input } from './controls.js';

const TEXT_MOST = 1000;

export class ChatView {
    /** Whom a leader writes to by name. @type {Map<string, string>} */
    #seats = new Map();
    #drawn = '';

    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.search = input({ type: 'search', placeholder: t('chat.search'), 'aria-label': t('chat.search'), input: () => this.draw() });
        this.export = button(t('chat.export'), () => this.#export(), { icon: 'down', bare: true });
        this.list = h('ol', { class: 'chat-list' });
        this.empty = h('p', { class: 'cempty' });
        this.to = choice([]);
        this.to.setAttribute('aria-label', t('chat.to'));
        this.text = area({ maxlength: TEXT_MOST, placeholder: t('chat.write'), 'aria-label': t('chat.write') });
        this.text.addEventListener('keydown', (event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            this.#say();
        });
        this.send = button(t('chat.send'), () => this.#say(), { icon: 'send', tone: 'main' });
        this.scroll = h('div', { class: 'cscroll', tabindex: '0', role: 'log', 'aria-label': t('tab.chat') }, this.empty, this.list);
        this.root = h('div', { class: 'cview chat' }, h('div', { class: 'chead' }, this.search, this.export), this.scroll,
            h('div', { class: 'cfoot chat-write' }, this.text, h('div', { class: 'cacts' }, this.to, this.send)));
    }

    /** A private word. @param {{seat: string, name: string}} seat */
    write({ seat, name }) {
        this.#seats.set(seat, name);
        this.#drawTo();
        this.to.value = seat;
        this.text.focus();
    }

    draw() {
        this.#drawTo();
        const all = this.conduct.list('chat').sort((one, other) => one.at - other.at);
        const wanted = plainWords(this.search.value);
        const shown = all.filter(({ from, text }) => plainWords(`${from?.name ?? ''} ${text}`).includes(wanted));
        this.export.hidden = all.length === 0;
        this.empty.hidden = shown.length > 0;
        this.empty.textContent = t(all.length ? 'chat.none' : 'chat.empty');
        this.list.hidden = shown.length === 0;
        const key = `${shown.length}|${shown[0]?.id}|${shown.at(-1)?.id}|${this.conduct.pending.length}`;
        if (key === this.#drawn) return;
        this.#drawn = key;
        const atEnd = this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 60;
        const going = this.conduct.pending.filter(({ name }) => name === 'chat.say');
        this.list.replaceChildren(...shown.map((message) => this.#line(message)), ...going.map(({ fields }) => (
            h('li', { class: 'chat-line own going' }, h('span', { class: 'chat-text', text: fields.text }), h('span', { class: 'crow-soft', text: t('chat.going') })))));
        if (atEnd) this.scroll.scrollTop = this.scroll.scrollHeight;
    }

    /** @param {any} message */
    #line({ from, role, to, text, at }) {
        const own = from?.seat === this.conduct.you.seat;
        return h('li', { class: `chat-line${own ? ' own' : ''}${to === 'all' ? '' : ' private'}` },
            h('span', { class: 'chat-head' }, h('strong', { text: own ? t('chat.you') : from?.name ?? '' }), h('span', { class: 'crow-soft', text: [this.#roleWords(role), this.#toWords(to), timeWords(at)].filter(Boolean).join(' · ') })),
            h('span', { class: 'chat-text', text }));
    }

    /** @param {string} role */
    #roleWords(role) {
        return ['chair', 'secretary', 'technician'].includes(role) ? t(`role.${role}`) : '';
    }

    /** @param {string} to */
    #toWords(to) {
        if (to === 'all') return '';
        if (to === 'leaders' || to === 'technician') return t(`chat.to.${to}`);
        if (to === this.conduct.you.seat) return t('chat.to.you');
        return t('chat.to.seat', { name: this.#seats.get(to) ?? this.conduct.get(`seat/${to}`)?.name ?? to });
    }

    #drawTo() {
        const values = ['all', 'leaders', 'technician', ...this.#seats.keys()];
        if ([...this.to.options].map(({ value }) => value).join() === values.join()) return;
        const chosen = this.to.value || 'all';
        this.to.replaceChildren(...values.map((value) => h('option', { value, text: this.#seats.get(value) ?? t(`chat.to.${value}`) })));
        this.to.value = chosen;
    }

    #say() {
        const text = this.text.value.trim().slice(0, TEXT_MOST);
        if (!text) return;
        this.text.value = '';
        this.scroll.scrollTop = this.scroll.scrollHeight;
        void this.conduct.act('chat.say', { to: this.to.value, text }).then(({ done }) => {
            if (!done && !this.text.value) this.text.value = text;
        });
    }

    #export() {
        const lines = this.conduct.list('chat').sort((one, other) => one.at - other.at).map(({ from, to, text, at }) => (
            `[${timeWords(at)}] ${from?.name ?? ''}${to === 'all' ? '' : ` (${this.#toWords(to)})`}: ${text}`));
        const title = this.conduct.meeting?.title ?? '';
        const link = h('a', { download: `${plainWords(`${t('tab.chat')} ${title}`).replace(/[^a-z0-9]+/g, '-')}.txt` });
        // With a byte order mark, so that every editor takes it for UTF-8.
        link.href = URL.createObjectURL(new Blob(['\uFEFF', [title, '', ...lines, ''].join('\r\n')], { type: 'text/plain;charset=utf-8' }));
        byId('conduct-panel').append(link);
        link.click();
        link.remove();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    }
}
