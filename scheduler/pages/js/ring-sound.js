// The sound of a ring, made here: two tones in turn, a pause, over again. As one looped buffer it needs no timer, which
// a page in the background would not get.

/** A ring is heard for this long; what is seen stays. */
const SECONDS = 120;

/** @type {{context: AudioContext, source: AudioBufferSourceNode}|null} */
let playing = null;

/** Two seconds: 0.9 of tones, 0.2 of fall, silence. @param {AudioContext} context @param {boolean} urgent */
function pattern(context, urgent) {
    const rate = context.sampleRate;
    const buffer = context.createBuffer(1, rate * 2, rate);
    const samples = buffer.getChannelData(0);
    const [high, low] = urgent ? [988, 740] : [660, 550];
    let phase = 0;
    for (let index = 0; index < rate * 1.1; index += 1) {
        const second = index / rate;
        phase += (2 * Math.PI * (Math.floor(second / 0.15) % 2 ? low : high)) / rate;
        const loudness = Math.min(second / 0.02, 1, (1.1 - second) / 0.2);
        // A little of the third overtone is heard through the murmur of a room.
        samples[index] = 0.5 * loudness * (Math.sin(phase) + 0.3 * Math.sin(3 * phase));
    }
    return buffer;
}

/** Starts the sound, or starts it anew. @param {boolean} urgent */
export function startSound(urgent) {
    stopSound();
    try {
        const context = new AudioContext();
        const source = context.createBufferSource();
        source.buffer = pattern(context, urgent);
        source.loop = true;
        source.connect(context.destination);
        source.start();
        source.stop(context.currentTime + SECONDS);
        playing = { context, source };
        // A browser lets a page sound only after somebody has touched it; the first touch is enough.
        if (context.state === 'suspended') {
            const wake = () => void context.resume().catch(() => null);
            wake();
            for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, wake, { once: true });
        }
    } catch {
        // No sound device: the screen rings alone.
    }
}

export function stopSound() {
    const { context } = playing ?? {};
    playing = null;
    void context?.close().catch(() => null);
}

/** For tests: whether a ring is heard. */
export const isSounding = () => playing?.context.state === 'running';
