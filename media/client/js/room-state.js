// What the page knows about the room: a plain value, changed only by the server's messages.

/** @typedef {import('./peer.js').Role} Role */
/** @typedef {'full'|'reduced'|'slow'|'held'} PictureState */
/** @typedef {'full'|'reduced'|'held'|'voice'} Level what is given up for the line, from nothing to all but the voices */
/** @typedef {{id: string, name: string, site: string, tracks: Record<string, boolean>, self: boolean, connected: boolean, score?: number, seat: string, film: boolean}} Participant `seat`: in the meeting, '' for none; `film`: nobody, but what the server plays */
/** @typedef {'speaker'|'grid'|'pair'|'paper'} Layout */
/** @typedef {{ids: string[], layout: Layout, key: string}} Push what the chair lets everybody see; `key` tells one from another */
/** @typedef {{mid: string, participant: string|null, role: Role, picture: PictureState}} SlotAssignment */
/**
 * @typedef {{
 *     down?: number, sent?: number, spare?: number, loss?: number, queue?: number, rtt?: number, level: Level,
 *     merged: boolean, repeated: boolean, score?: number, uplinkLoss?: number, uplinkKbps?: number
 * }} Line one's own line: rates in kbit/s, times in ms, loss 0…1
 */

/** Letters of `on`. @type {Record<string, Role>} */
const ROLES = { m: 'microphone', c: 'camera', s: 'screen', a: 'screen-audio' };
/** @type {Layout[]} */
const LAYOUTS = ['speaker', 'grid', 'pair', 'paper'];
const LEVELS = ['full', 'reduced', 'held', 'voice'];

export class RoomState {
    /** @type {Map<string, Participant>} in the order of coming */
    participants = new Map();
    /** @type {SlotAssignment[]} */
    slots = [];
    /** @type {string[]} loudest first */
    speakers = [];
    /** @type {string} */
    self = '';
    /** Who spoke last apart from oneself; keeps the stage steady in silence. @type {string|null} */
    lastSpeaker = null;
    /** @type {string|null} */
    chair = null;
    /** @type {string|null} */
    floor = null;
    /** The seats that share the turn, as the meeting's conduct tells; the room's own message names one. @type {string[]} */
    turn = [];
    /** What the chair lets everybody see. @type {Push|null} */
    push = null;
    /** @type {Line|null} */
    line = null;
    /** The page that each presenter has turned to. @type {Map<string, number>} */
    pages = new Map();
    /** Known before a snapshot whose parts are still coming. @type {Set<string>|null} */
    #stale = null;

    /** @returns {{participants: object[], slots: SlotAssignment[], speakers: string[], self: string}} */
    plain() {
        return {
            participants: [...this.participants.values()].map(({ id, name, site, tracks, self }) => (
                { id, name, site, tracks: { ...tracks }, self })),
            slots: this.slots.map((slot) => ({ ...slot })),
            speakers: [...this.speakers],
            self: this.self,
        };
    }

    /** @param {any} participant */
    put(participant) {
        if (!participant?.id) return;
        const known = this.participants.get(participant.id);
        this.#stale?.delete(participant.id);
        this.participants.set(participant.id, {
            id: participant.id,
            name: participant.name ?? '',
            site: participant.site ?? '',
            tracks: tracksOf(participant.on ?? ''),
            self: participant.id === this.self,
            connected: participant.away !== true,
            score: known?.score,
            seat: participant.seat ?? '',
            film: participant.film === true,
        });
    }

    /** Whether somebody has the floor, alone or with others. @param {Participant} participant */
    speaks({ id, seat }) {
        return id === this.floor || this.turn.includes(seat);
    }

    /** What somebody is to the meeting. @param {Participant} participant @returns {'chair'|'floor'|''} */
    duty(participant) {
        return participant.id === this.chair ? 'chair' : this.speaks(participant) ? 'floor' : '';
    }

    /** Who is shown: oneself, and everybody whose media has come through once. A join that fails leaves no tile. */
    get present() {
        return [...this.participants.values()].filter(({ self, connected, film }) => (self || connected) && !film);
    }

    /** @param {string} participant @param {Role} role @returns {SlotAssignment|null} the slot in which that track plays */
    slotOf(participant, role) {
        return this.slots.find((slot) => slot.participant === participant && slot.role === role) ?? null;
    }

    /** Who shows a screen, oneself included; of several the one in the slot. @returns {Participant|null} */
    presenter() {
        const shown = this.slots.find((slot) => slot.role === 'screen' && slot.participant)?.participant;
        const other = shown ? this.participants.get(shown) : undefined;
        if (other?.tracks.screen) return other;
        const sharing = [...this.participants.values()].filter((participant) => participant.tracks.screen);
        return sharing.find((participant) => participant.self) ?? sharing[0] ?? null;
    }

    /**
     * @param {any} message
     * @returns {boolean} whether anything may look different now
     */
    take(message) {
        switch (message.type) {
            case 'snapshot':
                this.#snapshot(message);
                return true;
            case 'roster':
                for (const participant of message.participants ?? []) this.put(participant);
                if (!message.more) this.#dropStale();
                return true;
            case 'left':
                this.#leave(message.ids ?? []);
                return true;
            case 'track': {
                const participant = this.participants.get(message.id);
                if (participant) participant.tracks[message.role] = Boolean(message.active);
                return Boolean(participant);
            }
            case 'slots':
                this.#assign(message.slots ?? []);
                return true;
            case 'speakers':
                this.#speak(message.ids ?? []);
                return true;
            case 'quality':
                for (const [id, score] of message.sites ?? []) {
                    const participant = this.participants.get(id);
                    if (participant) participant.score = score;
                }
                return true;
            case 'line': {
                this.line = cleanLine(message);
                const self = this.participants.get(this.self);
                if (self) self.score = this.line.score ?? self.score;
                return true;
            }
            case 'chair':
            case 'floor':
                this[/** @type {'chair'|'floor'} */ (message.type)] = message.participant ?? null;
                return true;
            case 'stage':
                this.push = pushOf(message.participant, message.also, message.layout);
                return true;
            case 'page':
                this.pages.set(message.id, message.number);
                return true;
            default:
                return false;
        }
    }

    /** @param {any} message */
    #snapshot(message) {
        // Somebody who is named by a later part keeps the tile meanwhile.
        this.#stale = new Set(this.participants.keys());
        for (const participant of message.participants ?? []) this.put(participant);
        this.slots = (message.slots ?? []).map(cleanSlot);
        this.chair = message.chair ?? null;
        this.floor = message.floor ?? null;
        this.push = pushOf(message.stage, message.also, message.layout);
        if (!message.more) this.#dropStale();
        this.#speak(message.speakers ?? []);
    }

    #dropStale() {
        const gone = [...this.#stale ?? []];
        this.#stale = null;
        this.#leave(gone);
    }

    /** @param {string[]} ids */
    #leave(ids) {
        for (const id of ids) {
            this.participants.delete(id);
            this.pages.delete(id);
            this.speakers = this.speakers.filter((speaker) => speaker !== id);
            if (this.lastSpeaker === id) this.lastSpeaker = null;
            for (const slot of this.slots) if (slot.participant === id) slot.participant = null;
        }
    }

    /** @param {any[]} slots those that have changed */
    #assign(slots) {
        const changed = new Map(slots.map((slot) => [String(slot.mid), cleanSlot(slot)]));
        this.slots = this.slots.map((slot) => changed.get(slot.mid) ?? slot);
        for (const slot of changed.values()) {
            if (!this.slots.some((known) => known.mid === slot.mid)) this.slots.push(slot);
        }
    }

    /** @param {string[]} ids */
    #speak(ids) {
        this.speakers = ids;
        this.lastSpeaker = ids.find((id) => id !== this.self) ?? this.lastSpeaker;
    }
}

/**
 * @param {any} participant @param {any} also @param {any} layout
 * @returns {Push|null} null when everybody looks as they like
 */
function pushOf(participant, also, layout) {
    const ids = [participant, ...(Array.isArray(also) ? also : [])].filter((id) => typeof id === 'string' && id !== '');
    const kind = LAYOUTS.find((one) => one === layout) ?? 'speaker';
    return ids.length === 0 && (kind === 'speaker' || kind === 'pair') ? null : { ids, layout: kind, key: [kind, ...ids].join() };
}

/** @param {string} on @returns {Record<string, boolean>} */
function tracksOf(on) {
    return Object.fromEntries(Object.entries(ROLES).map(([letter, role]) => [role, on.includes(letter)]));
}

/** @param {any} slot @returns {SlotAssignment} */
function cleanSlot(slot) {
    return { mid: String(slot.mid), participant: slot.participant ?? null, role: slot.role, picture: slot.picture ?? 'full' };
}

/** @param {any} message @returns {Line} */
function cleanLine(message) {
    const { type: _type, seq: _seq, ...line } = message;
    return {
        ...line, level: LEVELS.includes(line.level) ? line.level : 'full',
        merged: Boolean(line.merged), repeated: Boolean(line.repeated),
    };
}
