// What this page sends, and how much of it: no layer that nobody watches, never more than the line bears, the voice first.
import { VOICE_KBPS } from './peer.js';

/** @typedef {import('./peer.js').Role} Role */
/** @typedef {{role: Role, index: number, kbps: number, active: boolean}} Share `kbps` 0 leaves the rate as it is */
/** @typedef {'whole'|'lowered'|'off'} Cut what becomes of one's own picture for the line's sake */

/** Of the line, so that nothing queues before it. */
const USE = 0.85;
/** Headers of 50 voice packets a second. */
const VOICE_HEADERS = 28;
const VOICE_LEAST = 12;
/** Headers and retransmissions of a picture. */
const PICTURE_EXTRA = 1.07;
/** A layer with less than this of its rate looks worse than the one below it: the top one, and those between. */
const TOP_LEAST = 0.6;
const MIDDLE_LEAST = 0.5;
/** With so much of its rate a layer looks as it should. */
const WHOLE = 0.8;
/** The lowest layer is all there is: it may go down to this. */
const LOWEST_LEAST = 30;
/** So much more than known the browser's estimate must be, for ten seconds, to be believed. */
const BETTER = 1.25;
const SCREEN_KBPS = 1500;
const SCREEN_LEAST = 60;

/**
 * Shares a line out: microphone, smallest camera layer, screen, the other layers from below.
 * @param {number} budget kbit/s, Infinity when nothing is known
 * @param {{voice: number|null, camera: {kbps: number, wanted: boolean}[], screen: {wanted: boolean}|null}} asked
 * @returns {{voice: number, shares: Share[], cut: Cut}}
 */
function shareOut(budget, { voice, camera, screen }) {
    const most = voice ?? VOICE_KBPS;
    const voiceRate = Math.min(most, Math.max(VOICE_LEAST, Math.floor(budget - VOICE_HEADERS)));
    let left = budget - voiceRate - VOICE_HEADERS;
    /** @type {Cut} */
    let cut = 'whole';
    /** @type {Share[]} */
    const shares = [];
    let isOpen = true;
    /** @param {Role} role @param {number} index @param {{kbps: number, wanted: boolean}} layer @param {number} least */
    const give = (role, index, { kbps, wanted }, least) => {
        const rate = Math.min(kbps, Math.floor(left / PICTURE_EXTRA));
        const active = wanted && isOpen && rate >= least;
        if (active) left -= rate * PICTURE_EXTRA;
        // Nothing above a layer that does not fit: what is left belongs to the next one only.
        else if (wanted && role === 'camera') isOpen = false;
        if (wanted && role === 'camera' && rate < kbps * WHOLE) cut = active || shares.some((share) => share.active && share.role === role) ? 'lowered' : 'off';
        shares.push({ role, index, kbps: active ? rate : 0, active });
    };
    camera.slice(0, 1).forEach((layer) => give('camera', 0, layer, LOWEST_LEAST));
    if (screen) give('screen', 0, { kbps: SCREEN_KBPS, wanted: screen.wanted }, SCREEN_LEAST);
    camera.slice(1).forEach((layer, index) => give('camera', index + 1, layer,
        layer.kbps * (index + 2 === camera.length ? TOP_LEAST : MIDDLE_LEAST)));
    return { voice: voiceRate, shares, cut };
}

/** What the browser's own estimate says about the line, taken only when it insists. */
class Estimate {
    /** kbit/s; Infinity while it has no objection. */
    limit = Infinity;
    #low = 0;
    #fine = 0;
    #patience = 4;
    #raisedAt = -Infinity;

    /**
     * Called every two seconds.
     * @param {number} available the browser's estimate, kbit/s
     * @param {number} need what is allowed to be sent now, kbit/s
     * @param {number} now in ms
     */
    take(available, need, now) {
        const isLow = available < 0.9 * need;
        this.#low = isLow ? this.#low + 1 : 0;
        this.#fine = isLow ? 0 : this.#fine + 1;
        if (this.#low >= 3) {
            // A rise that fails is not tried again as soon.
            if (now - this.#raisedAt < 20_000) this.#patience = Math.min(60, this.#patience * 2);
            this.limit = available;
            this.#low = 0;
        } else if (this.limit !== Infinity && this.#fine >= this.#patience) {
            this.limit = this.limit > 4000 ? Infinity : this.limit * 1.3;
            this.#raisedAt = now;
            this.#fine = 0;
        } else if (now - this.#raisedAt > 60_000) {
            this.#patience = 4;
        }
    }
}

export class Uplink {
    /** @type {Cut} */
    cut = 'whole';
    /** What the line test found, kbit/s. */
    known = Infinity;
    #estimate = new Estimate();
    /** @type {import('./peer.js').CallPeer|null} */
    #peer = null;
    /** The layers' rates as they were made, by role. @type {Map<Role, number[]>} */
    #rates = new Map();
    /** @type {Map<Role, boolean[]>} */
    #wanted = new Map();
    /** @type {number|null} */
    #voice = null;
    #need = 0;
    #better = 0;
    #connectedAt = 0;
    #busy = Promise.resolve();

    /** @param {() => void} onCut called when `cut` has changed */
    constructor(onCut) {
        this.onCut = onCut;
        setInterval(() => void this.#look(), 2000);
    }

    /** A new connection: the server has said nothing about it yet. @param {import('./peer.js').CallPeer|null} peer */
    use(peer) {
        this.#peer = peer;
        this.#wanted.clear();
        this.#rates.clear();
        this.#voice = null;
        this.#estimate = new Estimate();
        this.#connectedAt = performance.now();
        for (const [role, { sender }] of peer?.sending ?? []) {
            this.#rates.set(role, sender.getParameters().encodings.map(({ maxBitrate = 0 }) => maxBitrate / 1000));
        }
        this.apply();
    }

    /** @param {any} message @returns {boolean} whether it was for here */
    take(message) {
        if (message.type === 'layers') this.#wanted.set(message.role, message.wanted ?? []);
        else if (message.type === 'voice') this.#voice = typeof message.kbps === 'number' ? message.kbps : null;
        else return false;
        this.apply();
        return true;
    }

    /** What the line bears as far as is known, kbit/s. */
    get line() {
        return Math.min(this.known, this.#estimate.limit);
    }

    /** What may be sent, kbit/s. */
    get budget() {
        return this.line * USE;
    }

    /** Shares the line out anew and tells the encoders. */
    apply() {
        const peer = this.#peer;
        if (!peer) return;
        const wants = (/** @type {Role} */ role, /** @type {number} */ index) => this.#wanted.get(role)?.[index] ?? true;
        const isSending = (/** @type {Role} */ role) => Boolean(peer.sending.get(role)?.sender.track);
        const camera = (this.#rates.get('camera') ?? []).map((kbps, index) => (
            { kbps, wanted: isSending('camera') && wants('camera', index) }));
        const { voice, shares, cut } = shareOut(this.budget, {
            voice: this.#voice, camera, screen: isSending('screen') ? { wanted: wants('screen', 0) } : null,
        });
        this.#need = voice + VOICE_HEADERS + shares.reduce((sum, share) => sum + share.kbps * PICTURE_EXTRA, 0);
        void this.#set('microphone', [{ kbps: voice, active: true }]);
        void this.#set('camera', shares.filter(({ role }) => role === 'camera').sort((one, other) => one.index - other.index));
        void this.#set('screen', shares.filter(({ role }) => role === 'screen'));
        if (cut === this.cut) return;
        this.cut = cut;
        this.onCut();
    }

    /**
     * One change after the other: each needs the parameters that the one before has left.
     * @param {Role} role
     * @param {{kbps: number, active: boolean}[]} layers
     */
    #set(role, layers) {
        const peer = this.#peer;
        const sender = peer?.sending.get(role)?.sender;
        this.#busy = this.#busy.then(async () => {
            if (!sender || peer !== this.#peer) return;
            const parameters = sender.getParameters();
            let changed = false;
            parameters.encodings.forEach((encoding, index) => {
                const layer = layers[index];
                if (!layer) return;
                const rate = layer.kbps * 1000;
                if (encoding.active !== layer.active) changed = true;
                // A change of a few per cent is not worth the encoder's start anew.
                if (layer.active && rate && Math.abs((encoding.maxBitrate ?? 0) - rate) > rate * 0.05) changed = true;
                encoding.active = layer.active;
                if (layer.active && rate) encoding.maxBitrate = rate;
            });
            if (changed) await sender.setParameters(parameters);
        }).catch(() => undefined);
        return this.#busy;
    }

    async #look() {
        const { connection } = this.#peer ?? {};
        // At first the estimate is on its way up.
        if (!connection || connection.connectionState !== 'connected' || performance.now() - this.#connectedAt < 8000) return;
        const report = await connection.getStats().catch(() => null);
        for (const entry of report?.values() ?? []) {
            if (entry.type !== 'candidate-pair' || !entry.nominated || !entry.availableOutgoingBitrate) continue;
            const before = this.line;
            const available = entry.availableOutgoingBitrate / 1000;
            this.#estimate.take(available, this.#need, performance.now());
            // The line test may have had a bad moment, or the machine is on a better line now.
            this.#better = available > this.known * BETTER ? this.#better + 1 : 0;
            if (this.#better >= 5) {
                this.#better = 0;
                this.known *= BETTER;
            }
            if (this.line !== before) this.apply();
            return;
        }
    }
}
