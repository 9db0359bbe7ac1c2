// The list of who is here, with a search: a briefing may have 264 sites.
import { lineBars, showBars } from './bars.js';
import { byId, h, icon } from './dom.js';
import { t } from './i18n.js';
import { plainWords } from './plain-words.js';
import { initials } from './tile.js';

/** From so many people on there is a search field. */
const SEARCH_FROM = 8;

/** One row, kept while its person is here, so that focus and scroll stay. */
class Row {
    constructor() {
        this.initials = h('span', { class: 'initials', 'aria-hidden': 'true' });
        this.name = h('strong');
        this.site = h('span');
        this.duty = h('span', { class: 'duty', hidden: true });
        this.bars = lineBars(undefined);
        this.mic = h('span', { role: 'img' });
        this.element = h('li', {}, this.initials, h('span', { class: 'people-words' }, this.name, this.site), this.duty, this.bars, this.mic);
    }

    /** @param {import('./room-state.js').Participant} participant @param {import('./room-state.js').RoomState} state */
    draw(participant, state) {
        const { id, site, self, score, tracks } = participant;
        const name = participant.name || t('tile.unnamed');
        const isMuted = !tracks.microphone;
        const duty = state.duty(participant);
        this.element.className = state.speakers.includes(id) && !isMuted ? 'speaking' : '';
        const text = `${name}|${site}|${isMuted}|${score}|${duty}|${self}|${t('mic.short')}`;
        if (text === this.drawn) return;
        this.drawn = text;
        this.initials.textContent = initials(participant.name || site);
        this.name.textContent = self ? t('tile.you', { name }) : name;
        this.site.textContent = site;
        this.site.hidden = !site;
        this.duty.hidden = !duty;
        this.duty.textContent = duty ? t(`duty.${duty}`) : '';
        showBars(this.bars, score);
        this.mic.className = isMuted ? 'mic-sign' : 'mic-sign on';
        this.mic.setAttribute('aria-label', t(isMuted ? 'tile.mic.off' : 'mic.short'));
        this.mic.replaceChildren(icon(isMuted ? 'mic-off' : 'mic'));
    }
}

export class People {
    /** @type {Map<string, Row>} */
    #rows = new Map();

    /** @param {() => import('./room-state.js').RoomState} state */
    constructor(state) {
        this.state = state;
        this.search = byId('people-search');
        this.search.addEventListener('input', () => this.draw());
        // Here these keys turn the list, not the stage.
        byId('people').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key.startsWith('Page')) event.stopPropagation();
        });
        this.search.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
            if (event.key !== 'Escape' || !this.search.value) return;
            event.stopPropagation();
            this.search.value = '';
            this.draw();
        });
    }

    draw() {
        const state = this.state();
        const { present } = state;
        byId('people-title').textContent = t('people.count', { count: present.length });
        if (byId('people').hidden) return;
        byId('people-find').hidden = present.length < SEARCH_FROM && !this.search.value;
        const wanted = plainWords(this.search.value);
        const found = present.filter(({ name, site }) => plainWords(`${name} ${site}`).includes(wanted));
        const list = byId('people-list');
        const kept = new Set(found.map(({ id }) => id));
        for (const [id, row] of this.#rows) {
            if (kept.has(id)) continue;
            row.element.remove();
            this.#rows.delete(id);
        }
        found.forEach((participant, index) => {
            const row = this.#rows.get(participant.id) ?? new Row();
            this.#rows.set(participant.id, row);
            row.draw(participant, state);
            if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
        });
        const words = wanted ? t(found.length ? 'people.found' : 'people.none', { count: found.length }) : '';
        if (byId('people-found').textContent !== words) byId('people-found').textContent = words;
    }
}
