// The line's button in the top bar, and its panel: the truth about the line, and the two switches.
import { lineBars } from './bars.js';
import { DataMeter } from './data-meter.js';
import { byId, h, icon } from './dom.js';
import { onLanguage, t } from './i18n.js';
import { rateWords, sizeWords } from './figures.js';
import { ladder, sentence, shareWords, situation } from './line-words.js';
import { LineWatch } from './line-watch.js';
import { onReception, placeSwitches } from './reception-choice.js';
import { reception, rememberLine } from './settings.js';

const LOOK_MS = 1000;
/** Statistics cost: seldom while nobody looks at them. */
const UNSEEN_MS = 4500;
/** Before this a call tells little about its line. */
const SETTLED_MS = 20_000;

export class LinePanel {
    #meter = new DataMeter();
    #watch = new LineWatch();
    /** Measured here, kbit/s. */
    #rates = { down: 0, up: 0 };
    #lookedAt = performance.now();
    #drawn = '';
    #buttonDrawn = '';

    /**
     * @param {import('./session.js').Session} session
     * @param {(text: string) => void} toast
     */
    constructor(session, toast) {
        this.session = session;
        this.toast = toast;
        this.button = byId('own-line');
        this.panel = byId('line-panel');
        this.button.addEventListener('click', () => this.toggle());
        byId('line-close').addEventListener('click', () => this.toggle());
        placeSwitches(byId('line-switches'));
        onReception(() => {
            this.#watch.reset();
            if (session.phase === 'live') session.say({ type: 'receive', mode: reception() });
            this.draw();
        });
        onLanguage(() => { this.#drawn = this.#buttonDrawn = ''; this.draw(); });
        setInterval(() => void this.#look(), LOOK_MS);
    }

    get isOpen() {
        return !this.panel.hidden;
    }

    toggle() {
        const heldFocus = this.panel.contains(document.activeElement);
        this.panel.hidden = !this.panel.hidden;
        this.button.setAttribute('aria-expanded', String(this.isOpen));
        this.#drawn = '';
        this.draw();
        if (this.isOpen) byId('line-close').focus();
        else if (heldFocus) this.button.focus();
    }

    /** A call begins. */
    start() {
        this.#meter.reset();
        this.#watch.reset();
    }

    close() {
        if (this.isOpen) this.toggle();
    }

    async #look() {
        const { session } = this;
        if (session.phase !== 'live') return;
        const now = performance.now();
        if (this.isOpen || now - this.#lookedAt > UNSEEN_MS) {
            const seconds = (now - this.#lookedAt) / 1000;
            this.#lookedAt = now;
            const { down, up } = await this.#meter.look(session.peer?.connection ?? null);
            this.#rates = { down: (down * 8) / 1000 / seconds, up: (up * 8) / 1000 / seconds };
        }
        const { line } = session.state;
        // For the next join: the relay begins where this line was.
        if (line?.down && Date.now() - session.startedAt > SETTLED_MS) rememberLine({ down: line.down });
        const { level, cause } = this.#situation();
        const news = session.broken || cause === 'choice' ? null : this.#watch.take(level, now);
        // An open panel says it already.
        if (this.isOpen) return this.draw();
        if (news === 'worse') this.toast(sentence(line, { level, cause }, 0));
        else if (news === 'good') this.toast(t('toast.line.good'));
        this.draw();
    }

    #weakSites() {
        return this.session.state.present.filter(({ self, score }) => !self && typeof score === 'number' && score <= 1).length;
    }

    #situation() {
        return situation(this.session.state.line, reception(), this.#weakSites());
    }

    draw() {
        if (this.session.phase !== 'live') return;
        this.#drawButton();
        if (this.isOpen) this.#drawPanel();
    }

    #score() {
        return this.session.state.participants.get(this.session.participantId)?.score;
    }

    #drawButton() {
        const { level, cause } = this.#situation();
        const score = this.#score();
        const used = reception() === 'saver' ? ` · ${sizeWords(this.#meter.total)}` : '';
        const words = (cause === 'choice' ? t(`receive.${reception()}`) : level === 'full' ? '' : t(`level.${level}`)) + used;
        const key = `${level}|${cause}|${score}|${words}`;
        if (key === this.#buttonDrawn) return;
        this.#buttonDrawn = key;
        const label = [t('line.own'), typeof score === 'number' ? t(`quality.${score}`) : '', words].filter(Boolean).join(': ');
        const bars = lineBars(score ?? 4);
        bars.removeAttribute('role');
        bars.setAttribute('aria-hidden', 'true');
        this.button.replaceChildren(bars, ...(words ? [h('span', { text: words })] : []));
        this.button.dataset.tone = cause === 'line' ? 'weak' : cause === 'choice' ? 'chosen' : '';
        this.button.setAttribute('aria-label', label);
        this.button.title = `${label} (L)`;
    }

    #drawPanel() {
        const { line } = this.session.state;
        const now = this.#situation();
        const weak = this.#weakSites();
        const score = this.#score();
        const text = sentence(line, now, weak);
        const notes = [
            line?.merged ? t('note.merged') : '', line?.repeated ? t('note.repeated') : '',
            now.cause !== 'sender' && now.cause !== 'none' && weak > 0 ? t('note.sender', { count: weak }) : '', this.#uplinkNote(),
        ].filter(Boolean);
        const figures = [
            this.#rateFigure('figure.down', line?.down, this.#rates.down),
            this.#rateFigure('figure.up', this.session.uplink.line, this.#rates.up),
            ['figure.rtt', typeof line?.rtt === 'number' ? `${Math.round(line.rtt)} ms` : '–',
                line?.queue ? t('figure.queue', { queue: Math.round(line.queue) }) : ''],
            ['figure.loss', shareWords(line?.loss), t('figure.up.loss', { loss: shareWords(line?.uplinkLoss) })],
        ];
        const used = sizeWords(this.#meter.total);
        const key = JSON.stringify([text, notes, figures, used, now, score]);
        if (key === this.#drawn) return;
        this.#drawn = key;
        this.panel.dataset.level = now.level;
        this.panel.dataset.cause = now.cause;
        byId('line-verdict').replaceChildren(lineBars(score), h('span', { text }));
        byId('line-ladder').replaceChildren(...ladder(now).map(([name, words, sign]) => (
            h('li', { 'data-sign': sign }, icon(sign === 'whole' ? 'check' : sign === 'less' ? 'reduced' : 'pause'),
                h('span', {}, h('strong', { text: name }), h('span', { text: words }))))));
        byId('line-notes').replaceChildren(...notes.map((note) => h('li', { text: note })));
        byId('line-numbers').replaceChildren(...figures.map(([name, value, small]) => (
            h('div', {}, h('dt', { text: t(name) }), h('dd', {}, h('strong', { text: value }), h('span', { text: small }))))));
        byId('line-used').textContent = t('figure.used', { used });
    }

    /** What the line bears, where that is known, and what of it is in use. @param {string} name @param {number|undefined} most @param {number} used */
    #rateFigure(name, most, used) {
        const now = rateWords(used);
        return most && Number.isFinite(most) ? [name, rateWords(most), t('figure.now', { rate: now })] : [name, now, ''];
    }

    #uplinkNote() {
        const { cut, line } = this.session.uplink;
        return cut === 'whole' ? '' : t(`note.up.${cut}`, { rate: rateWords(line) });
    }
}
