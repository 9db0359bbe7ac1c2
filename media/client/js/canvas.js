// Drawing a moving picture small, and making a file of it that fits.

/**
 * @param {HTMLVideoElement} video
 * @param {number} width
 * @param {number} height
 * @param {{grey?: boolean, canvas?: HTMLCanvasElement}} [how]
 * @returns {HTMLCanvasElement} the middle of the picture, cut to the canvas' shape
 */
export function drawSmall(video, width, height, { grey = false, canvas = document.createElement('canvas') } = {}) {
    canvas.width = width;
    canvas.height = height;
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false, willReadFrequently: grey }));
    if (grey) pen.filter = 'grayscale(1)';
    const scale = Math.max(width / video.videoWidth, height / video.videoHeight);
    const [wide, high] = [video.videoWidth * scale, video.videoHeight * scale];
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(video, (width - wide) / 2, (height - high) / 2, wide, high);
    return canvas;
}

/** @param {HTMLCanvasElement} canvas @param {number} quality @returns {Promise<Blob|null>} */
async function encode(canvas, quality) {
    const as = (/** @type {string} */ type) => new Promise((/** @type {(blob: Blob|null) => void} */ done) => canvas.toBlob(done, type, quality));
    const blob = await as('image/webp');
    // A browser that cannot write WebP answers with PNG.
    return blob?.type === 'image/webp' ? blob : as('image/jpeg');
}

/**
 * The first try that is small enough.
 * @param {HTMLVideoElement} video
 * @param {[number, number, number][]} tries width, height, quality
 * @param {number} most bytes
 * @param {{grey?: boolean}} [how]
 * @returns {Promise<Uint8Array|null>}
 */
export async function shrinkTo(video, tries, most, how) {
    for (const [width, height, quality] of tries) {
        const blob = await encode(drawSmall(video, Math.round(width), Math.round(height), how), quality);
        if (blob && blob.size <= most) return new Uint8Array(await blob.arrayBuffer());
    }
    return null;
}
