// One peer connection: the m-lines of a call in their fixed order, the join, nothing renegotiated afterwards.

/** The three loudest, the chair and whoever has the floor. */
const VOICE_SLOTS = 5;
const CAMERA_SLOTS = 9;

/** @typedef {'microphone'|'camera'|'screen'|'screen-audio'} Role */
/** @typedef {{microphone: MediaStreamTrack|null, camera: MediaStreamTrack|null, screen?: MediaStreamTrack|null, 'screen-audio'?: MediaStreamTrack|null}} LocalTracks */

/** An answer of the server that is not a success. */
export class JoinRefused extends Error {
    /**
     * @param {number} status
     * @param {string} message
     */
    constructor(status, message) {
        super(message);
        this.status = status;
    }
}

/** Opus with silence left out (DTX, by the answer). */
export const VOICE_KBPS = 32;

/**
 * Simulcast layers, lowest first. Three need a capture of 1280 × 720; below that two.
 * @param {MediaStreamTrack|null} track
 * @returns {RTCRtpEncodingParameters[]}
 */
export function cameraLayers(track) {
    const { width = 1280, height = 720 } = track?.getSettings() ?? {};
    // The smallest layer comes in three temporal layers, so that a thin line gets it with fewer pictures a second.
    // The others have none: a receiver then asks again for every lost packet until it has it.
    const small = { scalabilityMode: 'L1T3', maxBitrate: 120_000 };
    const whole = { scalabilityMode: 'L1T1' };
    if (Math.max(width, height) < 1280 || Math.min(width, height) < 720) {
        const isSmall = Math.min(width, height) <= 360;
        return [{ ...small, rid: 'h', scaleResolutionDownBy: 2 },
            { ...whole, rid: 'f', scaleResolutionDownBy: 1, maxBitrate: isSmall ? 400_000 : 700_000 }];
    }
    return [{ ...small, rid: 'q', scaleResolutionDownBy: 4 },
        { ...whole, rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 400_000 },
        { ...whole, rid: 'f', scaleResolutionDownBy: 1, maxBitrate: 1_200_000 }];
}

/**
 * An offer of twenty media sections is 36 kB of text that repeats itself: 4.5 s on a line of 64 kbit/s, half a second
 * when packed.
 * @param {string} text
 * @returns {Promise<{body: string|Blob, headers: Record<string, string>}>}
 */
async function pack(text) {
    if (!('CompressionStream' in window)) return { body: text, headers: {} };
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
    return { body: await new Response(stream).blob(), headers: { 'Content-Encoding': 'gzip' } };
}

/** @param {RTCRtpTransceiver} transceiver */
function preferVP8(transceiver) {
    const codecs = RTCRtpReceiver.getCapabilities?.('video')?.codecs;
    if (!codecs || !transceiver.setCodecPreferences) return;
    const isVP8 = (/** @type {RTCRtpCodec} */ codec) => codec.mimeType.toLowerCase() === 'video/vp8';
    // Variants and redundancy schemes that the relay does not pass on only make the offer long.
    const useful = codecs.filter(({ mimeType, sdpFmtpLine = '' }) => {
        const name = mimeType.toLowerCase().slice('video/'.length);
        if (name === 'vp9') return !/profile-id=[1-9]/.test(sdpFmtpLine);
        if (name === 'h264') return /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=42/.test(sdpFmtpLine);
        if (name === 'av1') return !/profile=[1-9]/.test(sdpFmtpLine);
        return name === 'rtx';
    });
    try {
        transceiver.setCodecPreferences([...codecs.filter(isVP8), ...useful]);
    } catch {
        // The browser's own order is VP8 first as well.
    }
}

export class CallPeer {
    /** @type {Map<Role, RTCRtpTransceiver>} */
    sending = new Map();
    /** Receive slots by mid, known once the offer is made. @type {Map<string, RTCRtpTransceiver>} */
    slots = new Map();
    /** @type {{transceiver: RTCRtpTransceiver, role?: Role}[]} */
    #receiving = [];

    /**
     * @param {LocalTracks} tracks
     * @param {{receive?: boolean, layers?: RTCRtpEncodingParameters[]}} [options] without `receive` there are no slots
     *     (the line test)
     */
    constructor(tracks, { receive = true, layers = cameraLayers(tracks.camera) } = {}) {
        this.connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' });
        // On a line that does not bear both, the voice goes first.
        this.#send('microphone', 'audio', tracks.microphone,
            [{ maxBitrate: VOICE_KBPS * 1000, priority: 'high', networkPriority: 'high' }]);
        this.#send('camera', 'video', tracks.camera, layers);
        this.#send('screen', 'video', tracks.screen ?? null);
        this.#send('screen-audio', 'audio', tracks['screen-audio'] ?? null);
        if (!receive) return;
        for (let index = 0; index < VOICE_SLOTS; index += 1) this.#receive('audio');
        for (let index = 0; index < CAMERA_SLOTS; index += 1) this.#receive('video');
        this.#receive('video', 'screen');
        this.#receive('audio', 'screen-audio');
    }

    /**
     * @param {Role} role
     * @param {'audio'|'video'} kind
     * @param {MediaStreamTrack|null} track
     * @param {RTCRtpEncodingParameters[]} [layers]
     */
    #send(role, kind, track, layers) {
        const add = (/** @type {RTCRtpEncodingParameters[]|undefined} */ sendEncodings) => (
            this.connection.addTransceiver(track ?? kind, { direction: 'sendonly', ...(sendEncodings ? { sendEncodings } : {}) }));
        let transceiver;
        try {
            transceiver = add(layers);
        } catch {
            // A browser without temporal layers.
            transceiver = add(layers?.map(({ scalabilityMode, ...layer }) => layer));
        }
        if (kind === 'video') preferVP8(transceiver);
        this.sending.set(role, transceiver);
    }

    /**
     * @param {'audio'|'video'} kind
     * @param {Role} [role]
     */
    #receive(kind, role) {
        const transceiver = this.connection.addTransceiver(kind, { direction: 'recvonly' });
        if (kind === 'video') preferVP8(transceiver);
        this.#receiving.push({ transceiver, role });
    }

    /**
     * Offer, POST, answer. The relay is ICE-lite with its candidates in the answer: no gathering is waited for.
     * @param {string} room
     * @param {{name: string, site: string, language: string, token?: string|null, signal?: AbortSignal,
     *     line?: {down: number}, receive?: string}} who
     * @returns {Promise<{participant: string, token: string, slots: {mid: string, kind: string, role: Role}[]}>}
     */
    async join(room, who) {
        await this.connection.setLocalDescription(await this.connection.createOffer());
        /** @type {Record<string, Role>} */
        const tracks = {};
        for (const [role, transceiver] of this.sending) tracks[transceiver.mid ?? ''] = role;
        for (const { transceiver, role } of this.#receiving) {
            this.slots.set(transceiver.mid ?? '', transceiver);
            if (role) tracks[transceiver.mid ?? ''] = role;
        }
        const { body: packed, headers } = await pack(JSON.stringify({
            offer: this.connection.localDescription?.sdp ?? '', name: who.name, site: who.site, tracks,
            line: who.line, receive: who.receive,
        }));
        const answer = await fetch(`/api/rooms/${encodeURIComponent(room)}/join`, {
            method: 'POST',
            headers: {
                'Content-Type': 'application/json',
                'Accept-Language': who.language,
                ...headers,
                ...(who.token ? { Authorization: `Bearer ${who.token}` } : {}),
            },
            body: packed,
            signal: who.signal,
        });
        const body = await answer.json().catch(() => ({}));
        if (!answer.ok) throw new JoinRefused(answer.status, body?.error?.message ?? `HTTP ${answer.status}`);
        await this.connection.setRemoteDescription({ type: 'answer', sdp: body.answer });
        return body;
    }

    /**
     * @param {Role} role
     * @param {MediaStreamTrack|null} track
     */
    async replace(role, track) {
        await this.sending.get(role)?.sender.replaceTrack(track);
    }

    close() {
        this.connection.onconnectionstatechange = null;
        this.connection.oniceconnectionstatechange = null;
        this.connection.close();
    }
}

/**
 * Takes a participant out of its room.
 * @param {string} room
 * @param {string} participant
 * @param {string} token
 */
export function deleteParticipant(room, participant, token) {
    return fetch(`/api/rooms/${encodeURIComponent(room)}/participants/${encodeURIComponent(participant)}`, {
        method: 'DELETE', headers: { Authorization: `Bearer ${token}` }, keepalive: true,
    }).catch(() => undefined);
}
