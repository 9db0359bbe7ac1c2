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
            this.does.toast(t(conduct.you.hold ? 'mic.held' : 'mic.held.lost'));
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
        const { muted = false, hold = false, seat } = conduct.you;
        const floor = conduct.get('floor');
        const holdsFloor = floor?.state === 'holds' && floor.seats.some((/** @type {any} */ one) => one.seat === seat);
        const isOn = devices.microphoneOn && Boolean(devices.microphone);
        const turn = floor ? `${floor.state}-${floor.since}` : '';
        if (muted && !this.#muted) {
            if (devices.microphoneOn) void devices.setMicrophone(false);
            if (isOn && this.#isKnown) this.does.toast(t(hold ? 'mic.muted.held' : turn !== this.#turn ? 'mic.muted.turn' : 'mic.muted'));
            this.does.ask('');
        } else if (!muted && holdsFloor && (!this.#holdsFloor || this.#muted) && (this.#accepted || conduct.meeting?.policy?.consent === false)) {
            void devices.setMicrophone(true);
        } else if (this.#isKnown && !muted && !isOn && !this.#isOpening && ((this.#hold && !hold) || (this.#muted && turn === this.#turn))) {
            this.does.ask(String((this.#serial += 1)));
        }
        if (!floor) this.#accepted = false;
        this.#turn = turn;
        this.#muted = muted;
        this.#hold = hold;
        this.#holdsFloor = Boolean(holdsFloor);
        this.#isKnown = true;
        this.#tell();
    }

    #tell() {
        const { conduct, devices, session } = this;
        if (session.phase !== 'live' || conduct.link !== 'open' || !this.#isKnown) return;
        const on = devices.microphoneOn && Boolean(devices.microphone);
        if (on) {
            this.#isOpening = false;
            this.does.ask('');
        }
        if (on === this.#told || (on && conduct.you.muted)) return;
        this.#told = on;
        void conduct.act('mic', { on }).then(({ done, code }) => {
            if (!done && on && code) void devices.setMicrophone(false);
        });
    }
}
