// Measures the line to the relay with the ordinary join: a private room, a synthetic picture and tone, six seconds.
// Beside running briefings a test takes no more than the server has granted.
import { language } from './i18n.js';
import { CallPeer, cameraLayers, deleteParticipant, VOICE_KBPS } from './peer.js';
import { rememberLine } from './settings.js';
import { testDownload } from './download-test.js';
import { sleep } from './dom.js';
import { audioContext } from './sound.js';

/**
 * @typedef {{
 *     verdict: 'good'|'fair'|'poor'|'bad'|'blocked'|'failed',
 *     protocol: 'udp'|'tcp'|null, kbps: number, up?: number, down: number|null, rtt: number|null, loss: number|null
 * }} LineResult `kbps` sent, `up` what the line bears by the browser's own estimate, `down` down
 * Rates in kbit/s, times in milliseconds, loss 0…1.
 */

const MEASURE_MS = 6000;
const CONNECT_LIMIT_MS = 8000;
const ASK = 1.5;
/** A line that carried this is not what limits a call. */
const PLENTY_UP = 2000;
const PLENTY_DOWN = 12_000;

/** A moving 1280 × 720 picture with enough detail to fill the encoder, and a tone. */
function syntheticMedia() {
    const canvas = document.createElement('canvas');
    canvas.width = 1280;
    canvas.height = 720;
    const paint = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
    let frame = 0;
    const timer = setInterval(() => {
        frame += 1;
        for (let y = 0; y < 720; y += 40) {
            for (let x = 0; x < 1280; x += 40) {
                paint.fillStyle = `hsl(${(x * 7 + y * 13 + frame * 9) % 360} 55% ${35 + ((x + y + frame * 3) % 40)}%)`;
                paint.fillRect(x, y, 40, 40);
            }
        }
    }, 40);
    const audio = audioContext();
    const tone = new OscillatorNode(audio, { frequency: 440 });
    const outlet = audio.createMediaStreamDestination();
    tone.connect(outlet);
    tone.start();
    const camera = canvas.captureStream(25).getVideoTracks()[0];
    const microphone = outlet.stream.getAudioTracks()[0];
    return {
        camera, microphone,
        stop() {
            clearInterval(timer);
            tone.stop();
            camera.stop();
            microphone.stop();
        },
    };
}

/** Headers of a voice of 50 packets a second, kbit/s. */
const VOICE_HEADERS_KBPS = 16;
/** A picture below this is none. */
const LEAST_PICTURE_KBPS = 12;

/**
 * What the test sends: more than a call, so that what holds it back is the line; or all of a limit.
 * @param {MediaStreamTrack} camera
 * @param {number|undefined} limit kbit/s
 * @returns {RTCRtpEncodingParameters[]}
 */
function testLayers(camera, limit) {
    if (limit === undefined) return cameraLayers(camera).map((layer) => ({ ...layer, maxBitrate: (layer.maxBitrate ?? 0) * ASK }));
    const picture = limit - VOICE_KBPS - VOICE_HEADERS_KBPS;
    if (picture < LEAST_PICTURE_KBPS) return [{ active: false }];
    return [{ maxBitrate: picture * 1000, scaleResolutionDownBy: picture < 200 ? 4 : picture < 900 ? 2 : 1 }];
}

/** @param {RTCPeerConnection} connection */
async function connected(connection) {
    const until = performance.now() + CONNECT_LIMIT_MS;
    while (performance.now() < until) {
        if (connection.connectionState === 'connected') return true;
        if (connection.connectionState === 'failed') return false;
        await sleep(50);
    }
    return false;
}

/** @param {RTCPeerConnection} connection */
async function sample(connection) {
    const report = await connection.getStats();
    let bytes = 0;
    let packets = 0;
    let lost = 0;
    let reported = false;
    /** @type {any} */
    let pair = null;
    for (const entry of report.values()) {
        if (entry.type === 'outbound-rtp') {
            bytes += (entry.bytesSent ?? 0) + (entry.headerBytesSent ?? 0);
            packets += entry.packetsSent ?? 0;
        } else if (entry.type === 'remote-inbound-rtp') {
            lost += Math.max(0, entry.packetsLost ?? 0);
            reported = true;
        } else if (entry.type === 'candidate-pair' && entry.nominated && entry.state === 'succeeded') {
            if (!pair || (entry.bytesSent ?? 0) > (pair.bytesSent ?? 0)) pair = entry;
        }
    }
    const local = pair ? report.get(pair.localCandidateId) : null;
    return { at: performance.now(), bytes, packets, lost, reported, pair, protocol: local?.protocol ?? null };
}

/** @param {LineResult} result @returns {LineResult['verdict']} */
function judge({ protocol, kbps, rtt, loss }) {
    const trip = rtt ?? 0;
    const lost = loss ?? 0;
    if (kbps < 100 || lost >= 0.15 || trip >= 1000) return 'bad';
    if (kbps < 350 || lost >= 0.05 || trip >= 400) return 'poor';
    if (protocol === 'tcp') return 'blocked';
    if (kbps < 900 || lost >= 0.02 || trip >= 200) return 'fair';
    return 'good';
}

/**
 * @param {(fraction: number) => void} progress
 * @param {{room?: string, token?: string, limit?: number}} [granted] a room of its own, the token to join it, and kbit/s
 *   that the test may take
 * @returns {Promise<LineResult>}
 */
export async function testLine(progress, { room = `test-${crypto.getRandomValues(new Uint32Array(2)).join('')}`, token, limit } = {}) {
    const media = syntheticMedia();
    const peer = new CallPeer(media, { receive: false, layers: testLayers(media.camera, limit) });
    /** @type {{participant: string, token: string}|null} */
    let joined = null;
    try {
        joined = await peer.join(room, {
            name: 'line test', site: '', language: language(), token, signal: AbortSignal.timeout(CONNECT_LIMIT_MS),
        });
        if (!(await connected(peer.connection))) throw new Error('no media path');
        const start = performance.now();
        // The first second is the encoder's and the estimator's start: not the line.
        await stepping(1000, (fraction) => progress(fraction / 7));
        const first = await sample(peer.connection);
        /** @type {number[]} */
        const trips = [];
        /** @type {number[]} */
        const rates = [];
        let before = first;
        let last = first;
        while (performance.now() - start < MEASURE_MS + 1000) {
            await sleep(500);
            last = await sample(peer.connection);
            if (typeof last.pair?.currentRoundTripTime === 'number') trips.push(last.pair.currentRoundTripTime * 1000);
            rates.push(((last.bytes - before.bytes) * 8) / (last.at - before.at));
            before = last;
            progress(Math.min(0.75, (0.75 * (last.at - start)) / (MEASURE_MS + 1000)));
        }
        trips.sort((one, other) => one - other);
        const packets = last.packets - first.packets;
        // The encoder ramps up while measuring: the better half tells what the line carries.
        rates.sort((one, other) => other - one);
        const better = rates.slice(0, Math.max(1, Math.ceil(rates.length / 2)));
        /** @type {LineResult} */
        const result = {
            verdict: 'good',
            protocol: last.protocol,
            kbps: Math.round(better.reduce((sum, rate) => sum + rate, 0) / better.length),
            down: null,
            rtt: trips.length ? Math.round(trips[Math.floor(trips.length / 2)]) : null,
            loss: last.reported && packets > 0 ? Math.max(0, last.lost - first.lost) / packets : null,
        };
        // The way down comes after the way up: neither fills the other's queue.
        peer.close();
        result.down = await testDownload(limit);
        progress(1);
        result.verdict = judge(result);
        // A slow machine sends less than the line bears; the browser's own estimate knows.
        const up = Math.max(result.kbps, (last.pair?.availableOutgoingBitrate ?? 0) / 1000);
        result.up = Math.round(Math.min(up, limit ?? Infinity));
        // What a limited test took says nothing of what the line bears.
        if (limit === undefined) {
            rememberLine({
                up: up < PLENTY_UP ? up : null,
                down: result.down === null ? undefined : Math.min(result.down, PLENTY_DOWN),
            });
        }
        return result;
    } catch {
        return { verdict: 'failed', protocol: null, kbps: 0, down: null, rtt: null, loss: null };
    } finally {
        if (joined) await deleteParticipant(room, joined.participant, joined.token);
        peer.close();
        media.stop();
    }
}

/**
 * @param {number} duration
 * @param {(fraction: number) => void} progress
 */
async function stepping(duration, progress) {
    for (let step = 1; step <= 5; step += 1) {
        await sleep(duration / 5);
        progress(step / 5);
    }
}
