/** A film's sound, taken out of it by the browser's own decoder, so that only the sound is sent. */
import { encodeWav } from '../audio/encode-wav';

export interface Track {
  blob: Blob;
  name: string;
}

const FILMS = /\.(mp4|m4v|mov|webm|mkv|ogv)$/i;
const RATE = 44100;

export const isFilm = ({ name, type }: Pick<File, 'name' | 'type'>): boolean =>
  type.startsWith('video/') || FILMS.test(name);

/** The file itself, or the sound of a film. */
export async function trackOf(file: File): Promise<Track> {
  if (!isFilm(file)) return { blob: file, name: file.name };
  const bytes = await file.arrayBuffer();
  const context = new OfflineAudioContext(2, 1, RATE);
  let sound: AudioBuffer;
  try {
    sound = await context.decodeAudioData(bytes);
  } catch {
    throw new Error(
      `${file.name}: this browser finds no sound in it that it can read. Give a length instead, or drop the sound alone.`,
    );
  }
  const channels = [0, 1].slice(0, sound.numberOfChannels).map((channel) => sound.getChannelData(channel));
  const wav = encodeWav(channels, sound.sampleRate);
  return { blob: new Blob([wav], { type: 'audio/wav' }), name: file.name };
}

/** How long a film lasts, where only that is wanted; rejects where the browser cannot tell. */
export function durationOf(file: File): Promise<number> {
  const video = document.createElement('video');
  const url = URL.createObjectURL(file);
  return new Promise<number>((resolve, reject) => {
    video.preload = 'metadata';
    video.onloadedmetadata = () =>
      Number.isFinite(video.duration)
        ? resolve(video.duration)
        : reject(new Error('it does not tell its length'));
    video.onerror = () => reject(new Error(`${file.name} is no film that this browser can read`));
    video.src = url;
  }).finally(() => URL.revokeObjectURL(url));
}
