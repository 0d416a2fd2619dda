/** The binary frames of `/api/play`: a header of four little-endian numbers, then float32 points. */

const MAGIC = 0x314d5244; // "DRM1"
const HEADER_BYTES = 16;

export interface SoundFrame {
  request: number;
  sampleRate: number;
  samples: Float32Array;
}

/**
 * Read a frame; the samples share its memory.
 *
 * @throws RangeError when the bytes are no whole frame.
 */
export function parseFrame(frame: ArrayBuffer): SoundFrame {
  if (frame.byteLength < HEADER_BYTES) throw new RangeError(`${frame.byteLength} bytes: no sound frame`);
  const header = new DataView(frame, 0, HEADER_BYTES);
  if (header.getUint32(0, true) !== MAGIC)
    throw new RangeError('no sound frame: it does not start with DRM1');
  const points = header.getUint32(12, true);
  if (frame.byteLength !== HEADER_BYTES + 4 * points) {
    throw new RangeError(
      `${frame.byteLength} bytes: a frame of ${points} points has ${HEADER_BYTES + 4 * points}`,
    );
  }
  return {
    request: header.getUint32(4, true),
    sampleRate: header.getUint32(8, true),
    samples: new Float32Array(frame, HEADER_BYTES, points),
  };
}
