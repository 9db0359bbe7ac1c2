// Sounds that the page measures or makes itself.

/** @type {AudioContext|null} */
let context = null;

/** One context for the page; it may stay suspended until the first click. */
export function audioContext() {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    return context;
}

/** Measures how loud a microphone is. */
export class Meter {
    /** @type {MediaStreamAudioSourceNode|null} */
    #source = null;
    /** @type {AnalyserNode|null} */
    #analyser = null;
    #samples = new Float32Array(1024);
    #level = 0;

    /** @param {MediaStreamTrack|null} track */
    listen(track) {
        this.#source?.disconnect();
        this.#source = null;
        this.#level = 0;
        if (!track) return;
        const audio = audioContext();
        this.#analyser ??= audio.createAnalyser();
        this.#analyser.fftSize = 1024;
        this.#source = audio.createMediaStreamSource(new MediaStream([track]));
        this.#source.connect(this.#analyser);
    }

    /** Loudness 0…1: −60 dBFS and below is 0, −6 dBFS and above is 1; falls slowly, so that the eye can follow. */
    get level() {
        if (!this.#source || !this.#analyser) return 0;
        this.#analyser.getFloatTimeDomainData(this.#samples);
        let sum = 0;
        for (const sample of this.#samples) sum += sample * sample;
        const decibels = 10 * Math.log10(sum / this.#samples.length + 1e-12);
        const now = Math.min(1, Math.max(0, (decibels + 60) / 54));
        this.#level = Math.max(now, this.#level * 0.88);
        return this.#level;
    }
}

/**
 * Plays a three-note chime through the chosen speaker; resolves when it has ended.
 * @param {string} speakerId
 */
export async function playChime(speakerId) {
    const audio = audioContext();
    const outlet = audio.createMediaStreamDestination();
    [523.25, 659.25, 783.99].forEach((frequency, index) => {
        const start = audio.currentTime + 0.05 + index * 0.28;
        const tone = new OscillatorNode(audio, { type: 'sine', frequency });
        const gain = new GainNode(audio, { gain: 0 });
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(0.28, start + 0.02);
        gain.gain.exponentialRampToValueAtTime(0.001, start + 0.65);
        tone.connect(gain).connect(outlet);
        tone.start(start);
        tone.stop(start + 0.7);
    });
    const element = new Audio();
    element.srcObject = outlet.stream;
    await useSpeaker(element, speakerId);
    await element.play().catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    element.srcObject = null;
}

/**
 * @param {HTMLMediaElement} element
 * @param {string} speakerId empty for the system's own choice
 */
export async function useSpeaker(element, speakerId) {
    if (!('setSinkId' in element)) return;
    await element.setSinkId(speakerId).catch(() => undefined);
}
