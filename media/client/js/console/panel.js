// The panel beside the call: what conducting the briefing looks like for whoever leads it, and what all others see of it.
import { byId, h, icon } from '../dom.js';
import { t } from '../i18n.js';
import { AgendaView } from './agenda.js';
import { ChatView } from './chat.js';
import { button } from './controls.js';
import { DecisionsView } from './decisions.js';
import { DoorView } from './door.js';
import { FilmView } from './film.js';
import { FloorView } from './floor.js';
import { LeadView } from './lead.js';
import { Palette } from './palette.js';
import { PapersView } from './papers.js';
import { RollView } from './roll.js';
import { SitesView } from './sites.js';
import { VotesView } from './votes.js';

/** @typedef {{root: HTMLElement, draw: () => void, tick?: () => void}} View `tick`: once a second, for what shows times */
/** @type {Record<string, new (console: Console) => View>} */
const VIEWS = {
    agenda: AgendaView, papers: PapersView, films: FilmView, floor: FloorView, roll: RollView, sites: SitesView, door: DoorView, votes: VotesView, chat: ChatView,
    decisions: DecisionsView, lead: LeadView,
};
const LEADERS = Object.keys(VIEWS);
const TECHNICIANS = ['agenda', 'papers', 'floor', 'roll', 'sites', 'chat'];
const ALL = ['agenda', 'papers', 'floor', 'votes', 'chat'];
/** Waits between two drawings, however often the server speaks. */
const DRAW_MS = 60;

export class Console {
    isWide = false;
    #tab = '';
    /** @type {Map<string, View>} */
    #views = new Map();
    #tabs = '';
    #frame = 0;
    /** @type {HTMLElement|null} */
    #before = null;
    /** @type {Palette|null} */
    #palette = null;

    /**
     * @param {import('../conduct.js').Conduct} conduct
     * @param {{changed: () => void, recall: (kind: string) => void, unread: () => number, isClosable: () => boolean, look: (paper: number) => void}} does
     *     `changed`: opened, closed or enlarged; `recall`: shows a card again that was put aside; `look`: opens a paper
     */
    constructor(conduct, does) {
        this.conduct = conduct;
        this.does = does;
        this.recall = does.recall;
        this.root = byId('conduct-panel');
        this.open = (/** @type {string} */ tab) => this.#open(tab);
        this.palette = (text = '') => (this.#palette ??= new Palette(this)).open(text);
        this.write = (/** @type {any} */ seat) => { this.#open('chat'); /** @type {any} */ (this.#views.get('chat')).write(seat); };
        this.#build();
        setInterval(() => this.#tick(), 1000);
        this.root.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#key(event));
    }

    get isOpen() {
        return !this.root.hidden;
    }

    /** The tab that is seen, or ''. */
    get shown() {
        return this.isOpen ? this.#tab : '';
    }

    /** Which tabs this seat has. */
    get tabs() {
        return this.conduct.leads ? LEADERS : this.conduct.isTechnician ? TECHNICIANS : ALL;
    }

    /** Anew, in the page's language. */
    rebuild() {
        this.#views.clear();
        this.#tabs = '';
        this.#palette?.remove();
        this.#palette = null;
        this.#build();
        this.#draw();
    }

    close() {
        if (!this.isOpen || !this.does.isClosable()) return;
        const heldFocus = this.root.contains(document.activeElement);
        this.root.hidden = true;
        this.does.changed();
        if (heldFocus && this.#before?.isConnected) this.#before.focus();
    }

    /** @param {boolean} isWide over the pictures, or beside them */
    enlarge(isWide) {
        this.isWide = isWide;
        this.root.dataset.wide = String(isWide);
        const words = t(isWide ? 'panel.narrow' : 'panel.wide');
        this.wide.replaceChildren(icon(isWide ? 'narrow' : 'wide'));
        this.wide.setAttribute('aria-label', words);
        this.wide.title = words;
        this.#draw();
        this.does.changed();
    }

    /** Times go on while nothing changes. */
    #tick() {
        if (!this.isOpen || document.hidden) return;
        for (const view of this.#views.values()) if (!view.root.hidden) view.tick?.();
    }

    /** Soon, once. */
    draw() {
        if (!this.isOpen || this.#frame) return;
        this.#frame = setTimeout(() => {
            this.#frame = 0;
            this.#draw();
        }, DRAW_MS);
    }

    /** @param {string} tab */
    #open(tab) {
        const wasOpen = this.isOpen;
        if (!wasOpen) this.#before = /** @type {HTMLElement|null} */ (document.activeElement);
        this.root.hidden = false;
        this.#tab = this.tabs.includes(tab) ? tab : this.tabs.includes(this.#tab) ? this.#tab : this.tabs[0] ?? '';
        this.#draw();
        this.does.changed();
        document.getElementById(`ctab-${this.#tab}`)?.focus();
    }

    #build() {
        this.title = h('h2', { id: 'conduct-title' });
        this.status = h('span', { class: 'cstatus', role: 'status' });
        this.commands = button(t('panel.commands'), () => this.palette(), { icon: 'search', bare: true });
        this.commands.setAttribute('aria-keyshortcuts', 'K Control+K');
        this.wide = button('', () => this.enlarge(!this.isWide), { icon: 'wide', bare: true });
        this.shut = button(t('close'), () => this.close(), { icon: 'close', bare: true });
        this.rail = h('div', { class: 'crail', role: 'tablist', 'aria-orientation': 'vertical', 'aria-label': t('panel.tabs') });
        this.rail.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => this.#railKey(event));
        this.field = h('div', { class: 'cfield-of-views' });
        this.root.setAttribute('aria-labelledby', 'conduct-title');
        this.root.replaceChildren(h('div', { class: 'people-head' }, this.title, this.status, this.commands, this.wide, this.shut), h('div', { class: 'cbody' }, this.rail, this.field));
        this.enlarge(this.isWide);
    }

    #draw() {
        if (!this.isOpen) return;
        const { tabs, conduct } = this;
        if (!tabs.includes(this.#tab)) this.#tab = tabs[0] ?? '';
        if (this.#tabs !== tabs.join()) this.#buildRail();
        this.commands.hidden = !conduct.leads;
        this.shut.hidden = this.wide.hidden = !this.does.isClosable();
        this.title.textContent = t(`tab.${this.#tab}`);
        const count = conduct.pending.length;
        const status = conduct.link === 'lost' ? t(count ? 'panel.lost.pending' : 'panel.lost', { count }) : count ? t('panel.pending', { count }) : '';
        if (this.status.textContent !== status) this.status.textContent = status;
        this.status.dataset.tone = conduct.link === 'lost' ? 'bad' : '';
        // Enlarged there is room for the floor beside whatever else is open.
        const beside = this.isWide && this.#tab !== 'floor' && conduct.meeting?.state !== 'ended' ? 'floor' : '';
        for (const tab of tabs) {
            const isShown = tab === this.#tab || tab === beside;
            const view = this.#views.get(tab) ?? (isShown ? this.#make(tab) : undefined);
            if (!view) continue;
            view.root.hidden = !isShown;
            view.root.classList.toggle('beside', tab === beside);
            if (isShown) view.draw();
        }
        this.#drawRail();
    }

    /** @param {string} tab */
    #make(tab) {
        const view = new VIEWS[/** @type {keyof typeof VIEWS} */ (tab)](this);
        view.root.id = `cview-${tab}`;
        view.root.setAttribute('role', 'tabpanel');
        view.root.setAttribute('aria-label', t(`tab.${tab}`));
        this.#views.set(tab, view);
        this.field.append(view.root);
        return view;
    }

    #buildRail() {
        this.#tabs = this.tabs.join();
        for (const [tab, { root }] of this.#views) if (!this.tabs.includes(tab)) { root.remove(); this.#views.delete(tab); }
        this.rail.replaceChildren(...this.tabs.map((tab) => h('button', {
            type: 'button', role: 'tab', id: `ctab-${tab}`, class: 'ctab', 'aria-controls': `cview-${tab}`, click: () => this.#open(tab),
        }, h('span', { class: 'tool-sign' }, icon(tab), h('span', { class: 'badge', hidden: true })), h('span', { text: t(`tab.${tab}`) }))));
    }

    #drawRail() {
        for (const one of /** @type {any} */ (this.rail.children)) {
            const tab = one.id.slice(5);
            one.setAttribute('aria-selected', String(tab === this.#tab));
            one.tabIndex = tab === this.#tab ? 0 : -1;
            const badge = one.querySelector('.badge');
            const count = this.#badge(tab);
            badge.hidden = count === 0;
            if (badge.textContent !== String(count)) badge.textContent = String(count);
            if (this.#views.has(tab)) one.setAttribute('aria-controls', `cview-${tab}`);
            else one.removeAttribute('aria-controls');
        }
    }

    /** @param {string} tab @returns {number} what of it waits for somebody */
    #badge(tab) {
        if (tab === 'floor') return (this.conduct.get('queue') ?? []).length;
        // Nobody is let into what is over.
        if (tab === 'door') return this.conduct.meeting?.state === 'ended' ? 0 : (this.conduct.get('waiting') ?? []).length;
        if (tab === 'votes') return this.conduct.list('vote').filter(({ state }) => state === 'open').length;
        return tab === 'chat' ? this.does.unread() : 0;
    }

    /** Ready to write, where that is what the tab is for. */
    type() {
        if (this.#tab === 'chat') this.root.querySelector('.chat-write textarea')?.focus();
    }

    /** Escape: out of a field, then out of the panel. @param {KeyboardEvent} event */
    #key(event) {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        if (event.target instanceof HTMLElement && event.target.matches('input, textarea, select')) document.getElementById(`ctab-${this.#tab}`)?.focus();
        else this.close();
    }

    /** @param {KeyboardEvent} event */
    #railKey(event) {
        const all = this.tabs;
        const step = { ArrowDown: 1, ArrowUp: all.length - 1, ArrowRight: 1, ArrowLeft: all.length - 1 }[event.key];
        const to = event.key === 'Home' ? 0 : event.key === 'End' ? all.length - 1 : step ? (all.indexOf(this.#tab) + step) % all.length : -1;
        if (to < 0) return;
        event.preventDefault();
        event.stopPropagation();
        this.#open(all[to] ?? '');
    }
}
