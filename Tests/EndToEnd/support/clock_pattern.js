// Runs in a page before its own scripts: camera and microphone give a pattern that tells its own time. The clock of both is
// the sound's: each picture has in it the millisecond at which it was drawn, and a tone begins with each second.
// See support/clock_pattern.py, which reads it back.
({ site, frequency, noise, rate }) => {
  const [CELLS, WIDTH, HEIGHT] = [32, 640, 360];
  let sound = null;
  const context = () => {
    if (sound) return sound;
    sound = new AudioContext({ sampleRate: 48000 });
    const second = sound.createBuffer(1, 48000, 48000);
    const samples = second.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) {
      samples[at] = noise * (Math.random() * 2 - 1)
        + (at < 4800 ? 0.5 * Math.sin(2 * Math.PI * frequency * at / 48000) : 0);
    }
    const source = sound.createBufferSource();
    source.buffer = second;
    source.loop = true;
    source.start(Math.ceil(sound.currentTime) + 1);
    sound.pattern = sound.createMediaStreamDestination();
    source.connect(sound.pattern);
    return sound;
  };
  const bits = (value, count) => Array.from({ length: count }, (_, place) => value >> (count - 1 - place) & 1);
  const draw = (pen, time) => {
    const word = site << 22 | time & 0x3fffff;
    let check = 0;
    for (let shift = 0; shift < 24; shift += 4) check += word >> shift & 15;
    const cells = [1, 0, ...bits(site, 2), ...bits(time & 0x3fffff, 22), ...bits(check & 15, 4)];
    pen.fillStyle = '#5a5a5a';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    // Something that moves, so that encoders have work.
    pen.fillStyle = ['#a03030', '#30a030', '#3050a0', '#a0a030'][site];
    pen.fillRect(time / 10 % (WIDTH - 80), HEIGHT / 2, 80, 80);
    const cell = WIDTH / CELLS;
    cells.forEach((bit, place) => {
      pen.fillStyle = bit ? 'white' : 'black';
      pen.fillRect((place + 1) * cell, 16, cell, 60);
    });
  };
  let picture = null;
  // Chromium lays a camera's times onto its own clock by when the first pictures came; a machine that was busy then leaves it
  // as much as a tenth of a second beside, for as long as it sends. It begins anew when times jump.
  let shift = 0;
  window.realignPattern = () => { shift += 10_000_000; };
  const camera = () => {
    if (picture) return picture;
    const canvas = new OffscreenCanvas(WIDTH, HEIGHT);
    const pen = canvas.getContext('2d');
    picture = new MediaStreamTrackGenerator({ kind: 'video' });
    const writer = picture.writable.getWriter();
    setInterval(() => {
      draw(pen, window.patternTime());
      void writer.write(new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) + shift }));
    }, 1000 / rate);
    return picture;
  };
  // Milliseconds of the pattern's clock.
  window.patternTime = () => Math.round(context().currentTime * 1000);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks = [];
    await context().resume();
    if (wanted.audio) tracks.push(context().pattern.stream.getAudioTracks()[0].clone());
    if (wanted.video) {
      const track = camera().clone();
      // A camera tells its size, by which the page plans its layers.
      track.getSettings = () => ({ width: WIDTH, height: HEIGHT, frameRate: rate });
      tracks.push(track);
    }
    return new MediaStream(tracks);
  };
}
