/** What the page tells the audio thread, and what it hears back. */
import type { BeatsPerMinute, Frames, Gain } from './units';

export interface Sound {
  /** Names the sound in the messages that come back. */
  id: number;
  samples: Float32Array;
  /** For listening only: loudness matching. */
  gain: Gain;
}

export type Command =
  /** The sound of the pad from now on: heard at once, or with the next hit while the loop runs. */
  | { type: 'sound'; sound: Sound; silent?: boolean }
  /** Play this sound once, without making it the sound of the pad. */
  | { type: 'audition'; sound: Sound }
  /** Play the sound of the pad once. */
  | { type: 'play' }
  | { type: 'loop'; on: boolean }
  | { type: 'tempo'; tempo: BeatsPerMinute }
  | { type: 'volume'; gain: Gain }
  | { type: 'stop' }
  /** Send a copy of everything that is rendered back: for tests and measurements. */
  | { type: 'tap'; on: boolean };

/** Frames are those that the mixer has rendered since it began. */
export type Report =
  | { type: 'hit'; id: number; frame: Frames }
  | { type: 'meter'; peak: Gain }
  | { type: 'tap'; frame: Frames; samples: Float32Array };
