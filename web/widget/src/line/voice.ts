const RATE_HZ = 16_000;

/** Records one voice message and gives it as WAV (16 kHz, mono, 16 bits), which every recogniser reads. */
export class Recording {
  private readonly pieces: Blob[] = [];

  private constructor(private readonly recorder: MediaRecorder, private readonly stream: MediaStream) {
    recorder.ondataavailable = (event) => this.pieces.push(event.data);
    recorder.start();
  }

  /** Ask for the microphone and begin. Throws when it cannot be had. */
  static async begin(): Promise<Recording> {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, noiseSuppression: true } });
    return new Recording(new MediaRecorder(stream), stream);
  }

  /** End the recording and return it; at most `mostSeconds` of it. */
  async finish(mostSeconds: number): Promise<{ content: Blob; seconds: number }> {
    await this.end();
    const sound = await decode(await new Blob(this.pieces).arrayBuffer());
    const samples = sound.subarray(0, Math.floor(mostSeconds * RATE_HZ));
    return { content: new Blob([wav(samples)], { type: "audio/wav" }), seconds: samples.length / RATE_HZ };
  }

  /** End the recording and forget it. */
  async cancel(): Promise<void> { await this.end(); }

  private async end(): Promise<void> {
    if (this.recorder.state !== "inactive") {
      await new Promise((resolve) => { this.recorder.onstop = resolve; this.recorder.stop(); });
    }
    for (const track of this.stream.getTracks()) track.stop();
  }
}

async function decode(content: ArrayBuffer): Promise<Float32Array> {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(content);
    const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE_HZ)), RATE_HZ);
    const source = offline.createBufferSource();
    source.buffer = sound;
    source.connect(offline.destination);
    source.start();
    return (await offline.startRendering()).getChannelData(0);
  } finally {
    void context.close();
  }
}

function wav(samples: Float32Array): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(44 + samples.length * 2));
  const word = (at: number, text: string) => [...text].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  word(0, "RIFF"); view.setUint32(4, 36 + samples.length * 2, true); word(8, "WAVEfmt ");
  view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
  view.setUint32(24, RATE_HZ, true); view.setUint32(28, RATE_HZ * 2, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
  word(36, "data"); view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, place) => view.setInt16(44 + place * 2, Math.max(-1, Math.min(1, sample)) * 0x7fff, true));
  return view.buffer;
}
