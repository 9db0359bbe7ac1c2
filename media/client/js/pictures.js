// The pictures that stand still: stills of cameras, images of shared pages, and last frames of slots that went.
import { STILL, mimeOf } from './pieces.js';

/**
 * @typedef {{
 *     element: HTMLImageElement|HTMLCanvasElement, at: number, kind: 'still'|'page'|'frame', version: number, size: number
 * }} Picture `at` in milliseconds of the wall clock
 */

/** Last frames kept for people out of sight. */
const FRAMES = 80;

/** Events: `change` when a picture came. */
export class Pictures extends EventTarget {
    /** By participant and role. @type {Map<string, Picture>} */
    #pictures = new Map();

    /** @param {string} participant @param {'camera'|'screen'} role */
    get(participant, role) {
        return this.#pictures.get(`${participant}/${role}`) ?? null;
    }

    /** @param {import('./pieces.js').WireImage} image */
    async take({ kind, participant, version, size, bytes }) {
        const type = mimeOf(bytes);
        if (!type) return;
        const element = new Image();
        element.alt = '';
        element.src = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (bytes)], { type }));
        try {
            await element.decode();
        } catch {
            URL.revokeObjectURL(element.src);
            return;
        }
        const isStill = kind === STILL;
        const key = `${participant}/${isStill ? 'camera' : 'screen'}`;
        const known = this.#pictures.get(key);
        // Of one page the sharper image stays.
        if (!isStill && known?.kind === 'page' && (known.version > version || (known.version === version && known.size > size))) {
            URL.revokeObjectURL(element.src);
            return;
        }
        this.#set(key, { element, at: Date.now(), kind: isStill ? 'still' : 'page', version, size });
        this.dispatchEvent(new Event('change'));
    }

    /**
     * The last frame of a video that ends.
     * @param {string} participant
     * @param {'camera'|'screen'} role
     * @param {HTMLCanvasElement} element
     * @param {number} at
     */
    keep(participant, role, element, at) {
        const key = `${participant}/${role}`;
        if ((this.#pictures.get(key)?.at ?? 0) > at) return;
        this.#set(key, { element, at, kind: 'frame', version: 0, size: 0 });
        const frames = [...this.#pictures].filter(([, picture]) => picture.kind === 'frame');
        if (frames.length > FRAMES) this.#pictures.delete(frames[0][0]);
    }

    /** Nothing stays of whoever went, nor of a camera or screen that was switched off. @param {Map<string, {tracks: Record<string, boolean>}>} here */
    tidy(here) {
        for (const key of [...this.#pictures.keys()]) {
            const [id, role] = key.split('/');
            if (!here.get(id)?.tracks[role]) this.#drop(key);
        }
    }

    /** @param {string} key @param {Picture} picture */
    #set(key, picture) {
        this.#drop(key);
        this.#pictures.set(key, picture);
    }

    /** @param {string} key */
    #drop(key) {
        const element = this.#pictures.get(key)?.element;
        if (element instanceof HTMLImageElement) URL.revokeObjectURL(element.src);
        this.#pictures.delete(key);
    }
}
