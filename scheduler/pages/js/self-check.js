// A site's check of itself: devices, clock and, when the server gives it a turn, the line. For the page of a signed-in
// technician and for a device that nobody sits at.
import { sleep } from '/assets/js/dom.js';
import { testLine } from '/assets/js/line-test.js';
import { hearSpeaker, listen, openCamera, openMicrophone, watchCamera } from './self-check-devices.js';

/** So long a check waits for its turn; then it tells what it knows without the line. */
const TURN_PATIENCE_MS = 10 * 60_000;

/**
 * @typedef {'devices'|'speaker'|'wait'|'line'|'send'} Part
 * @typedef {{at: number, state: string, reasons: {code: string, words: string}[], figures: Record<string, any>}} Result
 */

/**
 * Asks for a turn until there is one. The server's clock comes with each answer.
 * @param {(path: string, body: any) => Promise<any>} post
 * @param {Record<string, any>} place
 * @param {(part: Part, fraction: number, reason?: string) => void} progress
 * @param {AbortSignal|undefined} signal
 */
async function turn(post, place, progress, signal) {
    const start = performance.now();
    for (;;) {
        const asked = Date.now();
        const answer = await post('/api/site/checks/turn', place);
        const answered = Date.now();
        const clock = Math.round((asked + answered) / 2 - answer.now);
        // In a call the line is in use, and known to work.
        if (answer.go || answer.reason === 'in-call') return { clock, granted: answer.go ? answer : null };
        const waited = performance.now() - start;
        if (waited > TURN_PATIENCE_MS) return { clock, granted: null };
        progress('wait', waited / TURN_PATIENCE_MS, answer.reason);
        await sleep((answer.wait || 3) * 1000);
        signal?.throwIfAborted();
    }
}

/** @param {(part: Part, fraction: number) => void} progress */
async function checkDevices(progress) {
    const [microphone, camera] = [await openMicrophone(), await openCamera()];
    try {
        const watching = watchCamera(camera);
        const room = microphone ? await listen(microphone, (fraction) => progress('devices', fraction)) : { mic: null, micPeak: null };
        const speaker = microphone ? await hearSpeaker(microphone, (fraction) => progress('speaker', fraction)) : 'unknown';
        return { ...room, speaker, camera: await watching };
    } finally {
        microphone?.stop();
        camera?.stop();
    }
}

/**
 * Checks this machine and tells the server.
 * @param {{
 *     post: (path: string, body: any) => Promise<any>, occurrence?: number|null, site?: number|null,
 *     progress?: (part: Part, fraction: number, reason?: string) => void, signal?: AbortSignal
 * }} settings
 *   `post` sends JSON as whoever checks: with a session, or with a device's token; `fraction` 0…1 of a part, `reason` why
 *   a turn is waited for
 * @returns {Promise<Result>} what the server says of it
 */
export async function selfCheck({ post, occurrence = null, site = null, progress = () => undefined, signal }) {
    const place = { occurrence, site };
    const devices = await checkDevices(progress);
    signal?.throwIfAborted();
    const { clock, granted } = await turn(post, place, progress, signal);
    /** @type {Record<string, number|null>} */
    let line = { up: null, down: null, rtt: null, loss: null };
    try {
        if (granted) {
            progress('line', 0);
            const found = await testLine((fraction) => progress('line', fraction), { room: granted.room, token: granted.token, limit: granted.kbps });
            line = found.verdict === 'failed' ? { ...line, up: 0 } : { up: found.up ?? found.kbps, down: found.down, rtt: found.rtt, loss: found.loss };
        }
        signal?.throwIfAborted();
        progress('send', 1);
        return await post('/api/site/checks', { ...place, ...devices, ...line, clock });
    } catch (error) {
        // What was granted is somebody else's now.
        if (granted) await post('/api/site/checks/turn', { ...place, done: true }).catch(() => null);
        throw error;
    }
}
