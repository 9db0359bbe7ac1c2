// What the page knows about the room: a plain value, changed only by the server's messages.

/** @typedef {import('./peer.js').Role} Role */
/** @typedef {{uplinkLoss: number, downlinkLoss: number, rtt?: number, uplinkKbps: number, downlinkKbps: number, score: number}} Quality */
/** @typedef {{id: string, name: string, site: string, tracks: Record<string, boolean>, self: boolean, connected: boolean, quality?: Quality}} Participant */
/** @typedef {{mid: string, participant: string|null, role: Role}} SlotAssignment */

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
        const known = this.participants.get(participant.id);
        this.participants.set(participant.id, {
            id: participant.id,
            name: participant.name ?? '',
            site: participant.site ?? '',
            tracks: {
                microphone: participant.on.includes('m'), camera: participant.on.includes('c'),
                screen: participant.on.includes('s'), 'screen-audio': participant.on.includes('a'),
            },
            self: participant.id === this.self,
            connected: !participant.away,
            quality: known?.quality,
        });
    }

    /** Who is shown: oneself, and everybody whose media has come through once. A join that fails leaves no tile. */
    get present() {
        return [...this.participants.values()].filter((participant) => participant.self || participant.connected);
    }

    /**
     * @param {string} participant
     * @param {Role} role
     * @returns {string|null} the mid of the slot in which that track plays
     */
    slotOf(participant, role) {
        return this.slots.find((slot) => slot.participant === participant && slot.role === role)?.mid ?? null;
    }

    /** Who shows a screen, oneself included; of several the one in the slot. @returns {Participant|null} */
    presenter() {
        const shown = this.slots.find((slot) => slot.role === 'screen' && slot.participant)?.participant;
        const other = shown ? this.participants.get(shown) : undefined;
        if (other?.tracks.screen) return other;
        return [...this.participants.values()].find((participant) => participant.self && participant.tracks.screen)
            ?? [...this.participants.values()].find((participant) => participant.tracks.screen)
            ?? null;
    }

    /**
     * @param {any} message
     * @returns {boolean} whether anything may look different now
     */
    take(message) {
        switch (message.type) {
            case 'snapshot':
                this.participants.clear();
                for (const participant of message.participants ?? []) this.put(participant);
                this.slots = (message.slots ?? []).map(cleanSlot);
                this.#speak(message.speakers ?? []);
                return true;
            case 'roster':
                for (const participant of message.participants ?? []) this.put(participant);
                return true;
            case 'left':
                for (const id of message.ids ?? []) this.#leave(id);
                return true;
            case 'track': {
                const participant = this.participants.get(message.id);
                if (participant) participant.tracks[message.role] = Boolean(message.active);
                return Boolean(participant);
            }
            case 'slots': {
                const changed = new Map((message.slots ?? []).map((/** @type {any} */ slot) => [slot.mid, cleanSlot(slot)]));
                this.slots = this.slots.map((slot) => changed.get(slot.mid) ?? slot);
                for (const slot of changed.values()) {
                    if (!this.slots.some((known) => known.mid === slot.mid)) this.slots.push(slot);
                }
                return true;
            }
            case 'speakers':
                this.#speak(message.ids ?? []);
                return true;
            case 'quality':
                for (const [id, score] of message.sites ?? []) {
                    const participant = this.participants.get(id);
                    if (participant) participant.quality = { uplinkLoss: 0, downlinkLoss: 0, uplinkKbps: 0, downlinkKbps: 0, score };
                }
                return true;
            case 'line': {
                const participant = this.participants.get(this.self);
                if (participant) participant.quality = { ...message, downlinkLoss: message.loss, downlinkKbps: message.sent };
                return Boolean(participant);
            }
            default:
                return false;
        }
    }

    /** @param {string} id */
    #leave(id) {
        this.participants.delete(id);
        this.speakers = this.speakers.filter((speaker) => speaker !== id);
        if (this.lastSpeaker === id) this.lastSpeaker = null;
        for (const slot of this.slots) if (slot.participant === id) slot.participant = null;
    }

    /** @param {string[]} ids */
    #speak(ids) {
        this.speakers = ids;
        this.lastSpeaker = ids.find((id) => id !== this.self) ?? this.lastSpeaker;
    }
}

/** @param {any} slot @returns {SlotAssignment} */
function cleanSlot(slot) {
    return { mid: String(slot.mid), participant: slot.participant ?? null, role: slot.role };
}
