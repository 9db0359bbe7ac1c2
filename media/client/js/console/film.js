// Films and recordings among the briefing's papers: what is played to everybody, and what could be.
import { h } from '../dom.js';
import { language, t } from '../i18n.js';
import { button, field, input } from './controls.js';
import { Rows } from './rows.js';

/** @typedef {{paper: number, title: string, state: 'playing'|'paused', at: number, since: number, length: number}} Show as the meeting tells it */
/** @typedef {{paper: number, title: string, state: 'ready'|'preparing'|'failed', length?: number, message?: Record<string, string>}} Film */

/** How often it is asked how far films are that are being prepared. */
const ASK_MS = 5000;

/** @param {number} ms @returns {string} minutes and seconds, and hours where there are any */
export function filmTime(ms) {
    const seconds = Math.max(0, Math.floor(ms / 1000));
    const two = (/** @type {number} */ number) => String(number).padStart(2, '0');
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

/** Where a film is, ms. @param {Show} show @param {number} now the server's clock */
export function filmPosition({ state, at, since, length }, now) {
    return Math.min(length, state === 'playing' ? at + Math.max(0, now - since) : at);
}

export class FilmView {
    /** @type {Film[]} */
    #films = [];
    #asked = 0;
    #isKnown = false;
    #isRefused = false;
    /** Whether somebody has the slider in hand. */
    #isSeeking = false;

    /** @param {import('./panel.js').Console} console */
    constructor({ conduct }) {
        this.conduct = conduct;
        this.title = h('strong');
        this.time = h('span', { class: 'ctime' });
        this.slider = input({ type: 'range', min: 0, step: 2000, class: 'film-slider' });
        this.slider.addEventListener('input', () => { this.#isSeeking = true; this.#showTime(Number(this.slider.value)); });
        this.slider.addEventListener('change', () => { this.#isSeeking = false; void conduct.act('film.seek', { at: Number(this.slider.value) }); });
        this.play = button(t('film.play'), () => this.#toggle('paused'), { icon: 'play', tone: 'main' });
        this.pause = button(t('film.pause'), () => this.#toggle('playing'), { icon: 'pause', tone: 'main' });
        this.stop = button(t('film.stop'), () => void conduct.act('film.stop'), { icon: 'stop' });
        this.shown = h('div', { class: 'film-shown' }, this.title, field(t('film.position'), this.slider), this.time,
            h('div', { class: 'film-acts' }, this.play, this.pause, this.stop));
        this.list = h('ul', { class: 'crows', 'aria-label': t('tab.films') });
        this.empty = h('p', { class: 'cempty' });
        this.root = h('div', { class: 'cview' }, this.shown, h('div', { class: 'cscroll' }, this.empty, this.list));
        this.rows = new Rows(this.list, () => new FilmRow(conduct));
    }

    tick() {
        this.draw();
    }

    draw() {
        this.#ask();
        /** @type {Show|null} */
        const show = this.conduct.get('film') ?? null;
        this.shown.hidden = !show;
        if (show) {
            if (this.title.textContent !== show.title) this.title.textContent = show.title;
            this.#setShown(this.play, show.state === 'paused', this.pause);
            this.#setShown(this.pause, show.state === 'playing', this.play);
            this.slider.max = String(show.length);
            if (!this.#isSeeking) {
                const position = filmPosition(show, this.conduct.now);
                this.slider.value = String(position);
                this.#showTime(position);
            }
        }
        this.empty.hidden = this.#films.length > 0;
        this.empty.textContent = t(this.#isRefused ? 'film.signin' : this.#isKnown ? 'film.empty' : 'film.asking');
        this.rows.draw(this.#films, ({ paper }) => String(paper));
    }

    /** Of two buttons one is there; the focus goes from one to the other. @param {HTMLElement} one @param {boolean} isShown @param {HTMLElement} other */
    #setShown(one, isShown, other) {
        if (one.hidden === !isShown) return;
        const hadFocus = other === document.activeElement;
        one.hidden = !isShown;
        if (isShown && hadFocus) one.focus();
    }

    /** @param {number} position */
    #showTime(position) {
        const length = this.conduct.get('film')?.length ?? 0;
        const text = `${filmTime(position)} / ${filmTime(length)}`;
        if (this.time.textContent !== text) this.time.textContent = text;
        this.slider.setAttribute('aria-valuetext', text);
    }

    /** @param {'playing'|'paused'} from */
    #toggle(from) {
        const show = this.conduct.get('film');
        if (show?.state !== from) return;
        void this.conduct.act(from === 'playing' ? 'film.pause' : 'film.play', from === 'playing' ? {} : { paper: show.paper });
    }

    #ask() {
        const occurrence = this.conduct.meeting?.occurrence;
        const isOver = this.#isKnown && this.#films.every(({ state }) => state !== 'preparing');
        // Papers may be added while the briefing runs: what is known is asked again, but seldom.
        if (!occurrence || performance.now() - this.#asked < (isOver ? 6 : 1) * ASK_MS && this.#asked > 0) return;
        this.#asked = performance.now();
        void this.#load(occurrence);
    }

    /** @param {number} occurrence */
    async #load(occurrence) {
        try {
            const answer = await fetch(`/api/occurrences/${occurrence}/films`, { cache: 'no-store' });
            this.#isRefused = answer.status === 401 || answer.status === 404;
            if (!answer.ok) return;
            this.#films = await answer.json();
            this.#isKnown = true;
        } catch {
            // The line is cut: asked again later.
        }
        this.draw();
    }
}

class FilmRow {
    /** @param {import('../conduct.js').Conduct} conduct */
    constructor(conduct) {
        this.conduct = conduct;
        /** @type {Film|null} */
        this.film = null;
        this.title = h('strong');
        this.note = h('span', { class: 'crow-soft' });
        this.play = button(t('film.show'), () => void conduct.act('film.play', { paper: this.film?.paper, at: 0 }), { icon: 'play' });
        this.element = h('li', { class: 'crow' }, h('span', { class: 'crow-words' }, this.title, this.note), h('span', { class: 'crow-acts' }, this.play));
    }

    /** @param {Film} film */
    draw(film) {
        this.film = film;
        const { paper, title, state, length, message } = film;
        const isShown = this.conduct.get('film')?.paper === paper;
        this.element.dataset.state = isShown ? 'now' : '';
        if (this.title.textContent !== title) this.title.textContent = title;
        const note = state === 'failed' ? message?.[language()] ?? '' : state === 'preparing' ? t('film.preparing') : filmTime(length ?? 0);
        if (this.note.textContent !== note) this.note.textContent = note;
        this.play.hidden = state !== 'ready' || isShown || !this.conduct.leads;
        this.play.setAttribute('aria-label', `${t('film.show')}: ${title}`);
    }
}
