// Runs in the page of a viewer: each second what has arrived, as counters; marks of voices as they are heard; whether
// the large picture is there, black or still. Everything is judged afterwards, in Python.
({ main, marks }) => {
  const watch = (window.watch = { rows: [], heard: [], main: [], pairs: [] });
  const clock = () => performance.timeOrigin + performance.now();
  const wanted = ['mid', 'kind', 'packetsReceived', 'packetsLost', 'packetsDiscarded', 'bytesReceived', 'headerBytesReceived',
    'totalSamplesReceived', 'concealedSamples', 'silentConcealedSamples', 'concealmentEvents', 'jitterBufferDelay',
    'jitterBufferEmittedCount', 'jitterBufferTargetDelay', 'framesDecoded', 'framesReceived', 'keyFramesDecoded', 'frameHeight', 'freezeCount',
    'totalFreezesDuration', 'pliCount', 'nackCount', 'retransmittedPacketsReceived', 'fecPacketsReceived'];
  const sample = async () => {
    const { peer, state } = window.giaoban;
    if (!peer) return;
    const names = new Map(state.participants.map((one) => [one.id, one.name]));
    const owner = new Map(state.slots.map((slot) => [slot.mid, slot.participant && names.get(slot.participant)]));
    const row = { at: clock(), streams: [], sent: [], broken: window.giaoban.broken, rejoins: window.giaoban.rejoinCount };
    for (const report of (await peer.getStats()).values()) {
      if (report.type === 'inbound-rtp') {
        const one = { who: owner.get(report.mid) ?? null };
        for (const name of wanted) if (report[name] !== undefined) one[name] = report[name];
        row.streams.push(one);
      } else if (report.type === 'outbound-rtp') {
        row.sent.push({ kind: report.kind, rid: report.rid, bytes: report.bytesSent, frames: report.framesSent,
          height: report.frameHeight, limit: report.qualityLimitationReason, target: report.targetBitrate, active: report.active });
      } else if (report.type === 'remote-inbound-rtp') {
        (row.remote ??= []).push({ kind: report.kind, rtt: report.roundTripTime, lost: report.fractionLost });
      } else if (report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded') {
        row.pair = { rtt: report.currentRoundTripTime, total: report.totalRoundTripTime, answers: report.responsesReceived,
          available: report.availableOutgoingBitrate, received: report.bytesReceived, sent: report.bytesSent };
      }
    }
    watch.rows.push(row);
  };
  void sample();
  setInterval(() => void sample().catch(() => undefined), 1000);

  // The large picture: frames as they come (a tenth of a second exactly), and whether all of it is black.
  const canvas = document.createElement('canvas');
  canvas.width = 32; canvas.height = 18;
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  let last = null, frames = -1, looks = 0;
  const look = () => {
    const { state } = window.giaoban;
    const id = state.participants.find((one) => one.name === main)?.id;
    const tile = id && document.querySelector(`article.tile[data-participant="${id}"][data-role="camera"]`);
    const video = tile?.querySelector('video') ?? null;
    const count = video?.getVideoPlaybackQuality().totalVideoFrames ?? -1;
    const isNew = Boolean(video) && (video !== last ? count > 0 : count !== frames);
    last = video; frames = count;
    const one = { at: clock(), isNew, isShown: Boolean(video && video.videoWidth && tile.classList.contains('live')),
      wide: tile?.clientWidth ?? 0, high: tile?.clientHeight ?? 0 };
    if (looks++ % 10 === 0 && one.isShown) {
      pen.drawImage(video, 0, 0, 32, 18);
      const { data } = pen.getImageData(0, 0, 32, 18);
      let brightest = 0;
      for (let i = 0; i < data.length; i += 4) brightest = Math.max(brightest, data[i], data[i + 1], data[i + 2]);
      one.brightest = brightest;
    }
    watch.main.push(one);
  };
  if (main) setInterval(look, 100);

  // Marks: pure tones in voices at known times. 10 ms of sound at a time, halved.
  const listen = async (mid, track) => {
    const reader = new MediaStreamTrackProcessor({ track }).readable.getReader();
    let sounding = -1, samples = new Float32Array(0);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const now = clock(), frames = value.numberOfFrames, rate = value.sampleRate;
      if (samples.length < frames) samples = new Float32Array(frames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      const stamp = value.timestamp / 1000;
      value.close();
      const half = frames >> 1;
      for (let part = 0; part < 2; part++) {
        let energy = 1e-9, best = -1, most = 0;
        for (let i = part * half; i < (part + 1) * half; i++) energy += samples[i] * samples[i];
        for (let tone = 0; tone < marks.length; tone++) {
          const k = 2 * Math.cos((2 * Math.PI * marks[tone]) / rate);
          let one = 0, two = 0;
          for (let i = part * half; i < (part + 1) * half; i++) { const next = samples[i] + k * one - two; two = one; one = next; }
          const power = (one * one + two * two - k * one * two) * 2 / half;
          if (power > most) { most = power; best = tone; }
        }
        const is = most > 0.6 * energy && energy / half > 0.01 ? best : -1;
        if (is >= 0 && is !== sounding) watch.heard.push({ mid, tone: is, now, stamp: stamp + (part * half * 1000) / rate });
        sounding = is;
      }
    }
  };
  const { peer, state } = window.giaoban;
  const voices = new Set(state.slots.filter((slot) => slot.role === 'microphone').map((slot) => slot.mid));
  if (marks?.length) {
    for (const transceiver of peer.getTransceivers()) {
      // A track of its own: what the page plays is left alone.
      if (voices.has(transceiver.mid)) void listen(transceiver.mid, transceiver.receiver.track.clone()).catch((error) => (watch.trouble = String(error)));
    }
  }
}
