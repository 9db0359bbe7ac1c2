// The call in a room without anybody to click (kiosk=1): it joins until it is in, and tells the page around it every two
// seconds how it is, so that a page that has died is noticed.
import { DeviceMemory } from './device-memory.js';
import { byId, sleep } from './dom.js';
import { JoinRefused } from './peer.js';
import { useSpeaker } from './sound.js';

const BEAT_MS = 2000;
const RETRY_MS = 1500;

/** Whether this page is one. */
export const isUnattended = new URLSearchParams(location.search).get('kiosk') === '1';

export class Unattended {
    /** The server will not have this token. */
    #refused = false;
    #memory;

    /**
     * @param {import('./session.js').Session} session
     * @param {import('./devices.js').Devices} devices
     */
    constructor(session, devices) {
        this.session = session;
        this.#memory = new DeviceMemory(devices, (id) => {
            for (const element of byId('sound-outlet').children) void useSpeaker(element, id);
        });
        setInterval(() => this.#beat(), BEAT_MS);
        session.addEventListener('change', () => this.#beat());
        session.addEventListener('broken', () => this.#beat());
        addEventListener('keydown', (event) => {
            if (event.key !== 'F2') return;
            event.preventDefault();
            this.#tell({ type: 'giaoban.setup' });
        });
        this.#beat();
    }

    /**
     * Joins, and tries again until it has.
     * @param {string} name
     * @param {string} site
     */
    async join(name, site) {
        await this.#memory.start();
        for (;;) {
            try {
                await this.session.join(name, site);
                return;
            } catch (error) {
                if (error instanceof JoinRefused && [401, 403, 404].includes(error.status)) {
                    this.#refused = true;
                    this.#beat();
                    return;
                }
            }
            await Promise.race([sleep(RETRY_MS), new Promise((done) => addEventListener('online', done, { once: true }))]);
        }
    }

    #beat() {
        const { phase, broken, room, state } = this.session;
        this.#tell({
            type: 'giaoban.call', phase: this.#refused ? 'refused' : phase, broken, room,
            others: Math.max(0, state.present.length - 1),
        });
    }

    /** @param {object} message */
    #tell(message) {
        if (window.parent !== window) window.parent.postMessage(message, location.origin);
    }
}
