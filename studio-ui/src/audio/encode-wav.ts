/** A WAV file of 16 bits. */

const HEADER_BYTES = 44;

export function encodeWav(channels: readonly Float32Array[], sampleRate: number): ArrayBuffer {
  const frames = channels[0]?.length ?? 0;
  const size = 2 * frames * channels.length;
  const buffer = new ArrayBuffer(HEADER_BYTES + size);
  const view = new DataView(buffer);
  const text = (at: number, words: string) =>
    [...words].forEach((letter, i) => view.setUint8(at + i, letter.charCodeAt(0)));
  text(0, 'RIFF');
  view.setUint32(4, HEADER_BYTES - 8 + size, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, 2 * channels.length * sampleRate, true);
  view.setUint16(32, 2 * channels.length, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, size, true);
  let at = HEADER_BYTES;
  for (let frame = 0; frame < frames; frame++) {
    for (const channel of channels) {
      view.setInt16(at, Math.round(32767 * Math.max(-1, Math.min(1, channel[frame]!))), true);
      at += 2;
    }
  }
  return buffer;
}
