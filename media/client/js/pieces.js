// Images over the signalling socket: their header, and their pieces put together again (media/signalling.md).

export const STILL = 1;
export const PAGE = 2;

const HEADER = 24;
const LARGEST = 250_000;

/** @typedef {{kind: number, size: number, participant: string, version: number, bytes: Uint8Array}} WireImage */

/** Puts images together; one is on its way at a time for each kind and participant. */
export class Pieces {
    /** @type {Map<string, {size: number, version: number, bytes: Uint8Array, filled: number}>} */
    #coming = new Map();

    /**
     * @param {ArrayBuffer} data one binary message
     * @returns {WireImage|null} an image that is whole now
     */
    take(data) {
        if (data.byteLength <= HEADER) return null;
        const view = new DataView(data);
        const [kind, size] = [view.getUint8(0), view.getUint8(1)];
        const participant = view.getBigUint64(4).toString(16).padStart(16, '0');
        const [version, total, offset] = [view.getUint32(12), view.getUint32(16), view.getUint32(20)];
        const piece = new Uint8Array(data, HEADER);
        if (total > LARGEST || offset + piece.length > total) return null;
        const key = `${kind}/${participant}`;
        let image = this.#coming.get(key);
        if (offset === 0) {
            image = { size, version, bytes: new Uint8Array(total), filled: 0 };
            this.#coming.set(key, image);
        }
        // A piece that does not continue what is here belongs to an image whose beginning was missed.
        if (!image || image.size !== size || image.version !== version || image.bytes.length !== total
            || image.filled !== offset) return null;
        image.bytes.set(piece, offset);
        image.filled += piece.length;
        if (image.filled < total) return null;
        this.#coming.delete(key);
        return { kind, size, participant, version, bytes: image.bytes };
    }
}

/**
 * An image as the page uploads it, in one message.
 * @param {{kind: number, size: number, version: number, bytes: Uint8Array}} image
 * @returns {ArrayBuffer}
 */
export function packImage({ kind, size, version, bytes }) {
    const data = new Uint8Array(HEADER + bytes.length);
    const view = new DataView(data.buffer);
    view.setUint8(0, kind);
    view.setUint8(1, size);
    view.setUint32(12, version);
    view.setUint32(16, bytes.length);
    data.set(bytes, HEADER);
    return data.buffer;
}

/** WebP or JPEG by the first bytes; anything else is no image of ours. @param {Uint8Array} bytes */
export function mimeOf(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 12));
    if (text.startsWith('RIFF') && text.slice(8) === 'WEBP') return 'image/webp';
    return bytes[0] === 0xff && bytes[1] === 0xd8 ? 'image/jpeg' : '';
}
