// One's own microphone under the chair: silenced, held, asked to be switched on, on with the floor.
import { t } from './i18n.js';

export class ConductMicrophone {
    #muted = false;
    #hold = false;
    #isKnown = false;
    /** The viewer has accepted the floor here: that is the consent to be heard. */
    #accepted = false;
    #holdsFloor = false;
    /** Whose turn it is: with a turn, silence comes and goes by itself. */
    #turn = '';
    /** What the server knows the switch to be. @type {boolean|null} */
    #told = null;
    /** When the chair last asked for the voice, as the server says it. */
    #voice = 0;
    #serial = 0;
    /** It is being switched on here: nobody has to ask for it. */
    #isOpening = false;

    /**
     * @param {import('./conduct.js').Conduct} conduct
     * @param {import('./devices.js').Devices} devices
     * @param {import('./session.js').Session} session
     * @param {{toast: (text: string) => void, ask: (id: string) => void}} does `ask`: the chair asks for the voice; '' no more
     */
    constructor(conduct, devices, session, does) {
        this.conduct = conduct;
        this.devices = devices;
        this.session = session;
        this.does = does;
        devices.addEventListener('change', () => this.#tell());
        session.addEventListener('change', () => this.#tell());
    }

    get isHeld() {
        return this.conduct.isKnown && this.conduct.you.hold;
    }

    /** The chair's invitation was accepted here. */
    accept() {
        this.#accepted = true;
    }

    /**
     * Whether the microphone may be switched on now; asks the server when it is silenced there.
     * @returns {Promise<boolean>} says why when not
     */
    async mayOpen() {
        const { conduct } = this;
        if (!conduct.isKnown || !conduct.you.muted) return true;
        if (conduct.you.hold || conduct.link !== 'open') {
            const isTurn = conduct.get('floor')?.state === 'holds';
            this.does.toast(t(!conduct.you.hold ? 'mic.held.lost' : isTurn ? 'mic.held.turn' : 'mic.held'));
            return false;
        }
        this.#isOpening = true;
        const { done } = await conduct.act('mic', { on: true });
        this.#isOpening = done;
        if (done) this.#told = true;
        return done;
    }

    /** Follows what the server says of this seat. */
    follow() {
        const { conduct, devices } = this;
        if (!conduct.isKnown) return;
        const { muted = false, hold = false, voice = 0 } = conduct.you;
        const floor = conduct.get('floor');
        const holdsFloor = conduct.ownTurn === 'holds';
        const isOn = devices.microphoneOn && Boolean(devices.microphone);
        const wasOpening = this.#isOpening;
        const turn = floor ? `${floor.state}-${floor.since}` : '';
        const isLive = this.session.phase === 'live';
        const startsTurn = holdsFloor && !this.#holdsFloor && this.#isKnown;
        if (!muted) this.#isOpening = false;
        if (muted && !this.#muted) {
            if (isOn && this.#isKnown && isLive) this.does.toast(t(turn !== this.#turn ? 'mic.muted.turn' : hold ? 'mic.muted.held' : 'mic.muted'));
            this.does.ask('');
        } else if (isLive && !muted && startsTurn && this.#hasConsented(floor)) {
            void devices.setMicrophone(true);
        } else if (isLive && !muted && !isOn && (startsTurn || (turn === this.#turn && !wasOpening && ((this.#hold && !hold) || this.#muted)))) {
            this.does.ask(String((this.#serial += 1)));
        }
        if (this.#holdsFloor && !holdsFloor) this.does.ask('');
        if (isLive && this.#isKnown && voice > this.#voice && !muted && !isOn) this.does.ask(String((this.#serial += 1)));
        this.#voice = voice;
        if (!floor) this.#accepted = false;
        this.#turn = turn;
        this.#muted = muted;
        this.#hold = hold;
        this.#holdsFloor = holdsFloor;
        this.#isKnown = true;
        this.#tell();
    }

    /** Whoever shares a turn has not agreed to it when the other one has. @param {any} floor */
    #hasConsented(floor) {
        return this.#accepted || floor.seats.length === 1 || this.conduct.meeting?.policy?.consent === false;
    }

    #tell() {
        const { conduct, devices, session } = this;
        if (session.phase !== 'live' || conduct.link !== 'open' || !this.#isKnown) return;
        const on = devices.microphoneOn && Boolean(devices.microphone);
        if (on) this.does.ask('');
        if (on && conduct.you.muted && !this.#isOpening) {
            void devices.setMicrophone(false);
            return;
        }
        if (on === this.#told) return;
        this.#told = on;
        void conduct.act('mic', { on }).then(({ done, code }) => {
            if (!done && on && code) void devices.setMicrophone(false);
        });
    }
}
