// Microphone, camera and speaker as they are, without anybody's help: what the room sounds like, whether the picture
// lives, whether the microphone hears what the speaker plays.
import { sleep } from '/assets/js/dom.js';
import { recall } from '/assets/js/settings.js';
import { audioContext, useSpeaker } from '/assets/js/sound.js';

const LISTEN_MS = 3000;
/** A microphone's first moments are its own noise. */
const SETTLE_MS = 400;
const EVERY_MS = 40;
/** Decibels that stand for digital silence. */
const SILENCE = -150;
/** Hertz; none is a multiple of another, so that no overtone is taken for the next tone. */
const TONES = [650, 970, 1430, 2110];
const TONE_MS = 350;
const GAP_MS = 100;
/** What comes over Bluetooth comes late, and on a busy machine later. */
const LATE_MS = 1200;
/** A machine that was busy the first time is heard the second. */
const SWEEPS = 2;
/** A tone is heard when it is ten times as strong as before, and that share of all that is heard. */
const RISE = 10;
const TONALITY = 0.05;
const CAMERA_MS = 2000;
const FRAME_LIMIT_MS = 4000;
/** Luminance 0…255: below this a picture shows nothing. */
const DARK_MEAN = 18;
const DARK_MOST = 48;

/** @param {number} power mean square, 1 is full scale */
const decibels = (power) => Math.max(SILENCE, Math.round(10 * Math.log10(power + 1e-15) * 10) / 10);

/** @param {MediaTrackConstraints} wanted @param {'audio'|'video'} kind */
async function opened(wanted, kind) {
    const stream = await navigator.mediaDevices?.getUserMedia({ [kind]: wanted }).catch(() => null);
    return stream?.getTracks()[0] ?? null;
}

/** The microphone without what browsers do to voices: they would cancel the speaker and quieten the room. */
export const openMicrophone = () => opened({
    echoCancellation: false, noiseSuppression: false, autoGainControl: false,
    ...(recall('microphone') ? { deviceId: { ideal: recall('microphone') } } : {}),
}, 'audio');

export const openCamera = () => opened({
    width: { ideal: 640 }, height: { ideal: 360 }, ...(recall('camera') ? { deviceId: { ideal: recall('camera') } } : {}),
}, 'video');

/** @param {MediaStreamTrack} track @param {number} size samples */
function analyserOf(track, size) {
    const audio = audioContext();
    const source = audio.createMediaStreamSource(new MediaStream([track]));
    const analyser = audio.createAnalyser();
    analyser.fftSize = size;
    source.connect(analyser);
    return { analyser, samples: new Float32Array(size), rate: audio.sampleRate, close: () => source.disconnect() };
}

/**
 * How loud the room is while nobody is asked to speak.
 * @param {MediaStreamTrack} track
 * @param {(fraction: number) => void} progress
 * @returns {Promise<{mic: number, micPeak: number}>} dBFS: RMS and the loudest sample
 */
export async function listen(track, progress) {
    const { analyser, samples, close } = analyserOf(track, 2048);
    await sleep(SETTLE_MS);
    let sum = 0;
    let count = 0;
    let peak = 0;
    const start = performance.now();
    while (performance.now() - start < LISTEN_MS) {
        await sleep(EVERY_MS);
        analyser.getFloatTimeDomainData(samples);
        for (const sample of samples) {
            sum += sample * sample;
            peak = Math.max(peak, Math.abs(sample));
        }
        count += samples.length;
        progress((performance.now() - start) / LISTEN_MS);
    }
    close();
    // Beyond full scale there is nothing more to say.
    return { mic: Math.min(0, decibels(sum / Math.max(1, count))), micPeak: Math.min(0, decibels(peak * peak)) };
}

/**
 * The share of a block's power that is one frequency, and that power (Goertzel, Am. Math. Monthly 65, 1958).
 * @param {Float32Array} samples @param {number} frequency @param {number} rate
 */
function toneIn(samples, frequency, rate) {
    const factor = 2 * Math.cos((2 * Math.PI * frequency) / rate);
    let before = 0;
    let last = 0;
    let total = 0;
    for (const sample of samples) {
        const next = sample + factor * last - before;
        before = last;
        last = next;
        total += sample * sample;
    }
    const power = (2 * (last * last + before * before - factor * last * before)) / (samples.length * samples.length);
    return { power, share: total > 0 ? (power * samples.length) / total : 0 };
}

/** Plays the tones one after the other through the chosen speaker. */
async function playTones() {
    const audio = audioContext();
    const outlet = audio.createMediaStreamDestination();
    const begin = audio.currentTime + 0.3;
    TONES.forEach((frequency, index) => {
        const start = begin + (index * (TONE_MS + GAP_MS)) / 1000;
        const end = start + TONE_MS / 1000;
        const gain = new GainNode(audio, { gain: 0 });
        gain.gain.setValueAtTime(0, start);
        gain.gain.linearRampToValueAtTime(0.3, start + 0.02);
        gain.gain.setValueAtTime(0.3, end - 0.02);
        gain.gain.linearRampToValueAtTime(0, end);
        const tone = new OscillatorNode(audio, { frequency });
        tone.connect(gain).connect(outlet);
        tone.start(start);
        tone.stop(end);
    });
    const element = new Audio();
    element.srcObject = outlet.stream;
    await useSpeaker(element, recall('speaker'));
    await element.play().catch(() => undefined);
    return () => {
        element.srcObject = null;
    };
}

/**
 * Whether the microphone hears the speaker: three of four tones, in their order.
 * @param {MediaStreamTrack} track
 * @param {(fraction: number) => void} progress
 * @returns {Promise<'ok'|'silent'|'unknown'>}
 */
export async function hearSpeaker(track, progress) {
    const { analyser, samples, rate, close } = analyserOf(track, 4096);
    /** @type {{at: number, tones: {power: number, share: number}[]}[]} */
    const heard = [];
    const note = async (/** @type {number} */ duration, /** @type {number} */ done) => {
        const start = performance.now();
        while (performance.now() - start < duration) {
            await sleep(EVERY_MS);
            analyser.getFloatTimeDomainData(samples);
            heard.push({ at: performance.now(), tones: TONES.map((frequency) => toneIn(samples, frequency, rate)) });
            progress(done + ((1 - done) * (performance.now() - start)) / duration);
        }
    };
    await note(500, 0);
    const quiet = heard.splice(0);
    const before = TONES.map((_, index) => quiet.map(({ tones }) => tones[index].power).sort((one, other) => one - other)[Math.floor(quiet.length / 2)] ?? 0);
    const hasHeard = () => {
        const times = TONES.map((_, index) => {
            const loud = heard.filter(({ tones }) => tones[index].power > Math.max(1e-12, before[index] * RISE) && tones[index].share > TONALITY);
            return loud.length ? loud.reduce((most, moment) => (moment.tones[index].power > most.tones[index].power ? moment : most)).at : null;
        }).filter((time) => time !== null);
        return times.length >= 3 && times.every((time, index) => index === 0 || time > times[index - 1]);
    };
    let isHeard = false;
    for (let sweep = 0; sweep < SWEEPS && !isHeard; sweep += 1) {
        heard.length = 0;
        const stop = await playTones();
        await note(TONES.length * (TONE_MS + GAP_MS) + LATE_MS, (sweep + 0.2) / SWEEPS);
        stop();
        isHeard = hasHeard();
    }
    close();
    if (isHeard) return 'ok';
    // A browser that cancels echoes all the same, and sound that may not play, say nothing about the speaker.
    if (track.getSettings().echoCancellation || audioContext().state !== 'running') return 'unknown';
    return 'silent';
}

/**
 * Whether the camera's picture shows anything, and lives: even of an empty room a sensor's noise changes every frame.
 * @param {MediaStreamTrack|null} track
 * @returns {Promise<'ok'|'dark'|'frozen'|'none'>}
 */
export async function watchCamera(track) {
    if (!track) return 'none';
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    void video.play().catch(() => undefined);
    const canvas = document.createElement('canvas');
    canvas.width = 64;
    canvas.height = 36;
    const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { willReadFrequently: true }));
    const start = performance.now();
    while (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
        if (performance.now() - start > FRAME_LIMIT_MS) return 'frozen';
        await sleep(EVERY_MS);
    }
    /** @type {Uint8ClampedArray|null} */
    let before = null;
    let moved = false;
    let mean = 0;
    let most = 0;
    const first = performance.now();
    while (performance.now() - first < CAMERA_MS) {
        paint.drawImage(video, 0, 0, canvas.width, canvas.height);
        const { data } = paint.getImageData(0, 0, canvas.width, canvas.height);
        let sum = 0;
        for (let place = 0; place < data.length; place += 4) {
            // Rec. 709 luma.
            const luma = 0.2126 * data[place] + 0.7152 * data[place + 1] + 0.0722 * data[place + 2];
            sum += luma;
            most = Math.max(most, luma);
            if (before && (data[place] !== before[place] || data[place + 1] !== before[place + 1])) moved = true;
        }
        mean = Math.max(mean, (4 * sum) / data.length);
        before = data;
        await sleep(200);
    }
    video.srcObject = null;
    if (mean < DARK_MEAN && most < DARK_MOST) return 'dark';
    return moved ? 'ok' : 'frozen';
}
