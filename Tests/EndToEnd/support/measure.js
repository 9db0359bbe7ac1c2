// Runs in the page under test: what of everybody else arrives here. Returns a promise of a map from participant to
// {frames, seconds, colour, frequency, height, freezes, lost, retransmitted, concealed, samples}.
async (seconds) => {
  const { peer, state } = window.giaoban;
  const bySlot = new Map(peer.getTransceivers().map((t) => [t.mid, t.receiver]));
  const found = {};
  const entry = (id) => (found[id] ??= { name: state.participants.find((p) => p.id === id)?.name });
  const inbound = async (receiver) => {
    for (const report of (await receiver.getStats()).values()) if (report.type === 'inbound-rtp') return report;
    return {};
  };
  const starts = new Map();
  for (const slot of state.slots) {
    if (!slot.participant) continue;
    starts.set(slot.mid, await inbound(bySlot.get(slot.mid)));
  }
  const context = new AudioContext();
  const analysers = new Map();
  for (const slot of state.slots) {
    const receiver = bySlot.get(slot.mid);
    if (!slot.participant || receiver.track.kind !== 'audio') continue;
    const analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    context.createMediaStreamSource(new MediaStream([receiver.track])).connect(analyser);
    analysers.set(slot.mid, analyser);
  }
  // Firefox without a sound device keeps its audio clock still: there a recording is analysed instead.
  const recordings = new Map();
  const record = (receiver) =>
    new Promise((done) => {
      const recorder = new MediaRecorder(new MediaStream([receiver.track]));
      recorder.ondataavailable = async (event) => {
        try {
          const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(await event.data.arrayBuffer());
          const samples = sound.getChannelData(0);
          let rises = 0;
          for (let i = 1; i < samples.length; i++) if (samples[i - 1] < 0 && samples[i] >= 0) rises++;
          done(rises / sound.duration);
        } catch {
          done(0);
        }
      };
      recorder.start();
      setTimeout(() => recorder.stop(), 2000);
    });
  await Promise.race([context.resume(), new Promise((done) => setTimeout(done, 2000))]);
  if (context.state !== 'running') {
    for (const mid of analysers.keys()) recordings.set(mid, record(bySlot.get(mid)));
  }
  await new Promise((done) => setTimeout(done, seconds * 1000));
  for (const slot of state.slots) {
    if (!slot.participant || !starts.has(slot.mid)) continue;
    const receiver = bySlot.get(slot.mid);
    const before = starts.get(slot.mid);
    const after = await inbound(receiver);
    const kind = slot.role === 'screen' || slot.role === 'screen-audio' ? slot.role : receiver.track.kind;
    const one = (entry(slot.participant)[kind] = {});
    one.lost = after.packetsLost;
    one.received = (after.packetsReceived ?? 0) - (before.packetsReceived ?? 0);
    if (receiver.track.kind === 'video') {
      one.rate = ((after.framesDecoded ?? 0) - (before.framesDecoded ?? 0)) / seconds;
      one.height = after.frameHeight;
      one.freezes = after.freezeCount ?? 0;
      one.freezeSeconds = after.totalFreezesDuration ?? 0;
      one.retransmitted = after.retransmittedPacketsReceived ?? 0;
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([receiver.track]);
      video.style.cssText = 'position:fixed;right:0;bottom:0;width:64px;height:36px';
      document.body.append(video);
      const soon = (promise) => Promise.race([promise, new Promise((done) => setTimeout(done, 2000))]);
      await soon(video.play());
      await soon(new Promise((done) => video.requestVideoFrameCallback?.(done)));
      const canvas = document.createElement('canvas');
      canvas.width = canvas.height = 1;
      const pen = canvas.getContext('2d');
      // One point of the upper half, where the colour is.
      pen.drawImage(video, video.videoWidth / 2, video.videoHeight / 4, 8, 8, 0, 0, 1, 1);
      one.colour = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
      video.srcObject = null;
      video.remove();
    } else {
      const analyser = analysers.get(slot.mid);
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      let loudest = 0;
      for (let i = 1; i < bins.length; i++) if (bins[i] > bins[loudest]) loudest = i;
      one.frequency = recordings.has(slot.mid)
        ? await recordings.get(slot.mid)
        : (loudest * context.sampleRate) / analyser.fftSize;
      one.loudness = bins[loudest];
      one.concealed = (after.concealedSamples ?? 0) - (before.concealedSamples ?? 0);
      one.silentConcealed = (after.silentConcealedSamples ?? 0) - (before.silentConcealedSamples ?? 0);
      one.samples = (after.totalSamplesReceived ?? 0) - (before.totalSamplesReceived ?? 0);
    }
  }
  await context.close();
  return found;
}
