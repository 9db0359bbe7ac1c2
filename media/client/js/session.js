// One person's presence in one room: join, stay, come back, leave. Media and socket may break; this mends them.
import { language } from './i18n.js';
import { firstGuess } from './first-guess.js';
import { CallPeer, JoinRefused, deleteParticipant } from './peer.js';
import { Pictures } from './pictures.js';
import { Pieces } from './pieces.js';
import { knownLine, reception } from './settings.js';
import { RoomState } from './room-state.js';
import { Signalling } from './signalling.js';
import { Uplink } from './uplink.js';

/** @typedef {import('./peer.js').Role} Role */
/** @typedef {'idle'|'joining'|'live'|'left'} Phase */

const JOIN_LIMIT_MS = 5000;
// A line of 64 kbit/s needs three seconds for the join alone.
const THIN_JOIN_LIMIT_MS = 20_000;
const THIN_KBPS = 512;
// ICE mends a short cut by itself; after this long a new join is quicker.
const DISCONNECTED_LIMIT_MS = 12_000;
// The socket alone may be gone for a moment without anybody noticing.
const QUIET_MS = 1500;

/**
 * Events: `change` (room or phase), `broken` (see `broken`), `peer` (a new connection), `socket` (it is open, perhaps
 * again), `ended` (refused for good), and `asked` (a `CustomEvent` with the message when the server asks this page for
 * images).
 */
export class Session extends EventTarget {
    /** @type {Phase} */
    phase = 'idle';
    state = new RoomState();
    /** @type {CallPeer|null} */
    peer = null;
    pictures = new Pictures();
    uplink = new Uplink(() => this.#tell('change'));
    /** Whether the page should say that the line is lost. */
    broken = false;
    rejoinCount = 0;
    participantId = '';
    startedAt = 0;
    /** Why the server refused for good, in its words. */
    refusal = '';
    #token = '';
    /** @type {Signalling|null} */
    #signalling = null;
    /** Counts joins: what an older one still has to say is ignored. */
    #generation = 0;
    /** @type {number|undefined} */
    #watchdog;
    /** @type {number|undefined} */
    #quiet;
    /** Which tracks the server knows to be on or off. @type {Map<Role, boolean>} */
    #told = new Map();
    #mediaLost = false;
    #socketLost = false;

    /**
     * @param {string} room
     * @param {import('./devices.js').Devices} devices
     */
    constructor(room, devices) {
        super();
        this.room = room;
        this.devices = devices;
        this.name = '';
        this.site = '';
        devices.addEventListener('change', () => void this.publish());
        this.pictures.addEventListener('change', () => this.#tell('change'));
    }

    /** @param {'change'|'broken'|'peer'|'socket'|'ended'} name */
    #tell(name) {
        this.dispatchEvent(new Event(name));
    }

    /**
     * First join. Throws what went wrong: a `JoinRefused` or a network error.
     * @param {string} name
     * @param {string} site
     */
    async join(name, site) {
        this.name = name;
        this.site = site;
        this.phase = 'joining';
        this.rejoinCount = 0;
        this.refusal = '';
        this.#tell('change');
        try {
            await this.#connect();
        } catch (error) {
            if (this.phase === 'joining') this.phase = 'idle';
            this.#tell('change');
            throw error;
        }
        this.startedAt = Date.now();
    }

    async #connect() {
        const generation = ++this.#generation;
        const before = { id: this.participantId, token: this.#token };
        this.#signalling?.close();
        this.#signalling = null;
        clearTimeout(this.#watchdog);
        this.peer?.close();
        const { microphone, camera, screen, screenAudio } = this.devices;
        const peer = new CallPeer({ microphone, camera, screen, 'screen-audio': screenAudio });
        this.peer = peer;
        const { up, down: measured } = knownLine();
        const down = measured ?? firstGuess();
        const isThin = Math.min(up ?? Infinity, down ?? Infinity) < THIN_KBPS;
        const receive = reception();
        const joined = await peer.join(this.room, {
            name: this.name, site: this.site, language: language(),
            token: new URLSearchParams(location.search).get('token'),
            signal: AbortSignal.timeout(isThin ? THIN_JOIN_LIMIT_MS : JOIN_LIMIT_MS),
            line: down ? { down } : undefined, receive,
        }).catch((error) => {
            peer.close();
            if (this.peer === peer) this.peer = null;
            throw error;
        });
        if (generation !== this.#generation) {
            peer.close();
            void deleteParticipant(this.room, joined.participant, joined.token);
            return;
        }
        if (before.token) void deleteParticipant(this.room, before.id, before.token);
        this.participantId = joined.participant;
        this.#token = joined.token;
        this.state.self = joined.participant;
        this.state.slots = joined.slots.map(({ mid, role }) => ({ mid, participant: null, role, picture: 'full' }));
        this.phase = 'live';
        this.uplink.known = up ?? Infinity;
        this.uplink.use(peer);
        this.#watch(peer, generation);
        const pieces = new Pieces();
        this.#signalling = new Signalling({ room: this.room, participant: joined.participant, token: joined.token }, {
            message: (message) => this.#take(message),
            image: (data) => {
                const image = pieces.take(data);
                if (image) void this.pictures.take(image);
            },
            open: () => {
                this.#socketLost = false;
                this.#told.clear();
                this.#judge();
                // It may have been chosen anew while the socket was away.
                if (reception() !== receive) this.say({ type: 'receive', mode: reception() });
                void this.publish();
                this.#tell('socket');
            },
            lost: () => { this.#socketLost = true; this.#judge(); },
            unknown: () => void this.#rejoin(generation),
        });
        this.#tell('peer');
        this.#tell('change');
    }

    /** @param {any} message */
    #take(message) {
        if (message.type === 'stills' || message.type === 'images') {
            this.dispatchEvent(new CustomEvent('asked', { detail: message }));
        } else if (!this.uplink.take(message) && this.state.take(message)) {
            this.pictures.tidy(this.state.participants);
            this.#tell('change');
        }
    }

    /**
     * @param {CallPeer} peer
     * @param {number} generation
     */
    #watch(peer, generation) {
        const look = () => {
            if (generation !== this.#generation) return;
            const { connectionState, iceConnectionState } = peer.connection;
            clearTimeout(this.#watchdog);
            if (connectionState === 'failed' || iceConnectionState === 'failed' || connectionState === 'closed') {
                void this.#rejoin(generation);
                return;
            }
            const isUp = connectionState === 'connected';
            // A connection that replaces a lost one counts as lost until it stands.
            this.#mediaLost = connectionState === 'disconnected' || iceConnectionState === 'disconnected'
                || (!isUp && this.broken);
            if (!isUp || this.#mediaLost) {
                this.#watchdog = setTimeout(() => void this.#rejoin(generation), DISCONNECTED_LIMIT_MS);
            }
            this.#judge();
        };
        peer.connection.onconnectionstatechange = look;
        peer.connection.oniceconnectionstatechange = look;
        look();
    }

    #judge() {
        clearTimeout(this.#quiet);
        if (this.phase !== 'live') return;
        if (!this.#mediaLost && !this.#socketLost) this.#setBroken(false);
        else if (this.#mediaLost) this.#setBroken(true);
        else this.#quiet = setTimeout(() => this.#setBroken(true), QUIET_MS);
    }

    /** @param {boolean} broken */
    #setBroken(broken) {
        if (this.broken === broken) return;
        this.broken = broken;
        this.#tell('broken');
    }

    /** A new connection with the same devices; tries until it works. @param {number} generation */
    async #rejoin(generation) {
        if (generation !== this.#generation || this.phase !== 'live') return;
        this.#mediaLost = true;
        this.#setBroken(true);
        for (let pause = 1000; this.phase === 'live'; pause = 2000) {
            const attempt = this.#generation + 1;
            try {
                await this.#connect();
                if (attempt !== this.#generation) return;
                this.rejoinCount += 1;
                return;
            } catch (error) {
                if (attempt !== this.#generation) return;
                if (error instanceof JoinRefused && [401, 403, 410].includes(error.status)) {
                    this.refusal = error.message;
                    this.leave();
                    this.#tell('ended');
                    return;
                }
            }
            await new Promise((resolve) => setTimeout(resolve, pause));
        }
    }

    /** Puts the devices' tracks into the connection and tells the room which of them are on. */
    async publish() {
        const peer = this.peer;
        if (!peer || this.phase !== 'live') return;
        const { microphone, camera, screen, screenAudio, microphoneOn, cameraOn } = this.devices;
        /** @type {[Role, MediaStreamTrack|null, boolean][]} */
        const wanted = [
            ['microphone', microphone, Boolean(microphone) && microphoneOn],
            ['camera', camera, Boolean(camera) && cameraOn],
            ['screen', screen, Boolean(screen)],
            ['screen-audio', screenAudio, Boolean(screenAudio)],
        ];
        for (const [role, track, active] of wanted) {
            if (peer.sending.get(role)?.sender.track !== track) await peer.replace(role, track).catch(() => undefined);
            if (this.#told.get(role) !== active) this.say({ type: 'track', role, active });
            this.#told.set(role, active);
            const self = this.state.participants.get(this.participantId);
            if (self) self.tracks[role] = active;
        }
        this.uplink.apply();
        this.#tell('change');
    }

    /** @param {object} message */
    say(message) {
        this.#signalling?.send(message);
    }

    /** @param {ArrayBuffer} data an image, packed */
    sendImage(data) {
        this.#signalling?.sendImage(data);
    }

    /** Bytes of images and messages that the line has not taken yet. */
    get backlog() {
        return this.#signalling?.backlog ?? 0;
    }

    /** @param {boolean} [closingPage] the page is going away: only a beacon gets through */
    leave(closingPage = false) {
        this.#generation += 1;
        clearTimeout(this.#watchdog);
        clearTimeout(this.#quiet);
        this.#signalling?.close();
        this.#signalling = null;
        const peer = this.peer;
        this.peer = null;
        this.uplink.use(null);
        const path = `/api/rooms/${encodeURIComponent(this.room)}/participants/${this.participantId}`;
        if (this.#token && closingPage) {
            navigator.sendBeacon(`${path}/leave?token=${encodeURIComponent(this.#token)}`);
        } else if (this.#token) {
            // Closing says good-bye over DTLS: after the request, which would else find nobody to take out.
            void deleteParticipant(this.room, this.participantId, this.#token).finally(() => peer?.close());
        } else {
            peer?.close();
        }
        this.#token = '';
        this.participantId = '';
        this.phase = 'left';
        this.#mediaLost = this.#socketLost = false;
        this.#setBroken(false);
        this.state = new RoomState();
        this.pictures.tidy(this.state.participants);
        this.#tell('change');
    }
}
