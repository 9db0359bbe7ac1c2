// What the page knows of the briefing's conduct, and its acts: a keyed store that only the server changes.
import { ConductSocket } from './conduct-socket.js';
import { language, onLanguage } from './i18n.js';

/** @typedef {{seat: string, name: string}} Seat */
/** @typedef {'opening'|'open'|'lost'|'absent'|'refused'|'removed'} Link `absent`: the room belongs to no meeting */
/** @typedef {{done: boolean, code: string, message: string}} Outcome */
/**
 * An act on its way: `sent` counts how often.
 * @typedef {{n: number, name: string, fields: Record<string, any>, since: number, sent: number, settle: (outcome: Outcome) => void}} Act
 */

/** An act that is not answered for so long shows that the line is cut. */
const ANSWER_LIMIT_MS = 6000;
/** What a page that has just been online again may have slept through. */
const STALE_MS = 3000;
const SILENT_MS = 25_000;

/**
 * Events: `change` (a `CustomEvent` with the set of keys that changed), `link` (see `link`), `pending` (acts not yet
 * acknowledged became more or fewer), `ink` (a `CustomEvent` with some of a stroke that somebody draws), `refused` (a `CustomEvent` with the outcome of an act that the server refused).
 */
export class Conduct extends EventTarget {
    /** @type {Link} */
    link = 'opening';
    /** Whether the server has told its state at least once. */
    isKnown = false;
    /** Sent or to be sent, in order, not acknowledged. @type {Act[]} */
    pending = [];
    /** @type {Map<string, any>} */
    #values = new Map();
    /** Milliseconds by which the server's clock is ahead of this one. */
    #ahead = 0;
    #number = 0;
    #acted = 0;
    /** @type {ConductSocket} */
    #socket;

    /** @param {string} room @param {string} token the join token of the page's address */
    constructor(room, token) {
        super();
        // Acts are numbered for each page: a second screen of the same seat has its own row.
        const session = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
        const scheme = location.protocol === 'http:' ? 'ws' : 'wss';
        const address = () => `${scheme}://${location.host}/api/rooms/${encodeURIComponent(room)}/conduct?${
            new URLSearchParams({ token, session, lang: language() })}`;
        this.#socket = new ConductSocket(address, {
            message: (message) => this.#take(message),
            lost: () => this.#setLink(this.link === 'opening' ? 'opening' : 'lost'),
            final: (why) => this.#setLink(why),
        });
        // The server's sentences come in the language that the socket was opened in.
        let spoken = language();
        onLanguage(() => {
            if (spoken !== language()) this.#socket.renew();
            spoken = language();
        });
        addEventListener('online', () => this.revive());
        setInterval(() => this.#watch(), 1000);
    }

    /** @param {string} key @returns {any} undefined when the server has not told it */
    get(key) {
        return this.#values.get(key);
    }

    /** @param {string} family as `seat` @returns {any[]} all values of keys `family/…` */
    list(family) {
        const found = [];
        for (const [key, value] of this.#values) if (key.startsWith(`${family}/`)) found.push(value);
        return found;
    }

    /** The server's clock, Unix milliseconds. */
    get now() {
        return Date.now() + this.#ahead;
    }

    get you() {
        return this.get('you') ?? { seat: '', name: '', role: '', admitted: 'in', mayVote: [], hand: 0, asked: false, muted: false, hold: false };
    }

    get meeting() {
        return this.get('meeting') ?? null;
    }

    /** Whether this seat conducts: the chair, who acts for the chair, and secretaries. */
    get leads() {
        const { role, seat, leads } = this.you;
        return leads ?? (role === 'chair' || role === 'secretary' || Boolean(seat && this.meeting?.chair?.seat === seat));
    }

    /** Whether this seat is asked to speak, or has the floor, alone or with others. @returns {''|'asked'|'holds'} */
    get ownTurn() {
        const floor = this.get('floor');
        return floor?.seats.some((/** @type {Seat} */ { seat }) => seat === this.you.seat) ? floor.state : '';
    }

    get isTechnician() {
        return this.you.role === 'technician';
    }

    /** Whether acts that were done here wait for a line. */
    get waits() {
        return this.link === 'lost' && this.pending.length > 0;
    }

    /**
     * Does something. What is done while the line is cut is sent when it is back.
     * @param {string} name as `floor.give`
     * @param {Record<string, any>} [fields]
     * @returns {Promise<Outcome>} never rejects
     */
    act(name, fields = {}) {
        if (['absent', 'refused', 'removed'].includes(this.link)) {
            return Promise.resolve({ done: false, code: this.link, message: '' });
        }
        return new Promise((settle) => {
            const act = { n: 0, name, fields, since: performance.now(), sent: 0, settle };
            this.pending.push(act);
            if (this.link === 'open') this.#send(act);
            this.#tell('pending');
        });
    }

    /**
     * What the latest act of a name that is still on its way would make true: a switch stays as it was put meanwhile.
     * @param {string} name @returns {Record<string, any>|undefined}
     */
    going(name) {
        return this.pending.findLast((act) => act.name === name)?.fields;
    }

    /** Says something that is no act: nobody waits for it, and a cut line loses it. @param {object} message */
    tell(message) {
        if (this.link === 'open') this.#socket.send(message);
    }

    /** The line may have been cut unnoticed: opens the socket anew unless it has just said something. */
    revive() {
        this.#socket.renew(STALE_MS);
    }

    close() {
        this.#socket.close();
    }

    /** @param {Act} act */
    #send(act) {
        act.n ||= this.#number = Math.max(this.#number, this.#acted) + 1;
        act.sent += 1;
        act.since = performance.now();
        this.#socket.send({ ...act.fields, type: 'act', n: act.n, do: act.name });
    }

    /** @param {any} message */
    #take(message) {
        if (message.type === 'conduct') this.#learn(message);
        else if (message.type === 'acted') this.#settle(message.n, { done: true, code: '', message: '' });
        else if (message.type === 'refused') this.#refuse(message);
        else if (message.type === 'ink') this.dispatchEvent(new CustomEvent('ink', { detail: message }));
    }

    /** @param {any} message */
    #learn(message) {
        if (typeof message.now === 'number') this.#ahead = message.now - Date.now();
        const changed = new Set(Object.keys(message.set ?? {}));
        if (message.reset) {
            for (const key of this.#values.keys()) changed.add(key);
            this.#values.clear();
            this.#acted = Math.max(this.#acted, Number(message.you?.acted) || 0);
        }
        for (const key of message.gone ?? []) {
            this.#values.delete(key);
            changed.add(key);
        }
        for (const [key, value] of Object.entries(message.set ?? {})) this.#values.set(key, value);
        this.isKnown = true;
        if (message.reset) this.#resume();
        this.dispatchEvent(new CustomEvent('change', { detail: changed }));
    }

    /** The socket is new: what it has acted on is done, the rest goes again under its old number. */
    #resume() {
        for (const act of [...this.pending]) {
            if (act.sent && act.n <= this.#acted) this.#settle(act.n, { done: true, code: '', message: '' });
        }
        this.#setLink('open');
        for (const act of this.pending) this.#send(act);
    }

    /** @param {any} message */
    #refuse(message) {
        const act = this.pending.find(({ n }) => n === message.n);
        if (!act) return;
        if (message.code === 'replayed' && act.sent > 1) {
            // It had arrived on the line that was cut.
            this.#settle(message.n, { done: true, code: '', message: '' });
            return;
        }
        const outcome = { done: false, code: String(message.code ?? ''), message: String(message.message ?? '') };
        this.#settle(message.n, outcome);
        this.dispatchEvent(new CustomEvent('refused', { detail: { ...outcome, name: act.name } }));
    }

    /** @param {number} n @param {Outcome} outcome */
    #settle(n, outcome) {
        const act = this.pending.find((one) => one.sent && one.n === n);
        if (!act) return;
        this.pending = this.pending.filter((one) => one !== act);
        this.#acted = Math.max(this.#acted, n);
        act.settle(outcome);
        this.#tell('pending');
    }

    #watch() {
        // The server beats every ten seconds: a line that is cut leaves a socket that looks open.
        if (this.link === 'open') this.#socket.renew(SILENT_MS);
        const oldest = this.pending[0];
        if (this.link === 'open' && oldest?.sent && performance.now() - oldest.since > ANSWER_LIMIT_MS) {
            oldest.since = performance.now();
            this.#socket.renew(ANSWER_LIMIT_MS / 2);
        }
    }

    /** @param {Link} link */
    #setLink(link) {
        if (this.link === link) return;
        this.link = link;
        if (['absent', 'refused', 'removed'].includes(link)) {
            for (const act of this.pending.splice(0)) act.settle({ done: false, code: link, message: '' });
        }
        this.#tell('link');
    }

    /** @param {'link'|'pending'} name */
    #tell(name) {
        this.dispatchEvent(new Event(name));
    }
}
