// What is heard: one hidden audio element for each voice slot, through the chosen speaker.
import { byId, h } from './dom.js';
import { useSpeaker } from './sound.js';

export class Outlet {
    /** @type {HTMLAudioElement[]} */
    #elements = [];
    /** @type {unknown} */
    #peer = null;

    /** @param {() => void} onBlocked called when the browser wants a click first */
    constructor(onBlocked) {
        this.onBlocked = onBlocked;
    }

    /**
     * @param {import('./peer.js').CallPeer|null} peer
     * @param {string} speakerId
     */
    play(peer, speakerId) {
        if (peer === this.#peer) return;
        this.#peer = peer;
        for (const element of this.#elements) {
            element.srcObject = null;
            element.remove();
        }
        this.#elements = [];
        for (const { receiver } of peer?.slots.values() ?? []) {
            if (receiver.track.kind !== 'audio') continue;
            const element = h('audio', { autoplay: true });
            element.srcObject = new MediaStream([receiver.track]);
            byId('sound-outlet').append(element);
            this.#elements.push(element);
            void useSpeaker(element, speakerId);
        }
        this.resume();
    }

    resume() {
        for (const element of this.#elements) {
            element.play().catch((/** @type {unknown} */ error) => {
                if (error instanceof DOMException && error.name === 'NotAllowedError') this.onBlocked();
            });
        }
    }
}
