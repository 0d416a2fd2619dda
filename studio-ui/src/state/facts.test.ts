import { describe, expect, it } from 'vitest';
import type { LibrarySound } from '../api/types';
import { factsInWords } from './facts';

const sound = (facts: LibrarySound['facts'], copies = 0): LibrarySound => ({
  id: 1,
  name: 'a.wav',
  folder: '',
  path: '',
  copies,
  cluster: null,
  facts,
  said: [],
  verdict: 'open',
});
const words = (facts: LibrarySound['facts'], copies = 0) =>
  Object.fromEntries(factsInWords(sound(facts, copies)).map(({ name, value }) => [name, value]));

describe('facts in words', () => {
  it('have units that fit their size', () => {
    expect(words({ duration_s: 0.1604, decay_s: 1.5, attack_s: 0.0011, channels: 2 })).toEqual({
      Length: '160 ms',
      Decay: '1.50 s',
      Attack: '1 ms',
      Channels: 'stereo',
    });
  });

  it('tell the colour as a frequency: octaves above 1 kHz', () => {
    expect(words({ brightness: 1 })).toEqual({ Colour: '2,000 Hz' });
    expect(words({ brightness: -1 })).toEqual({ Colour: '500 Hz' });
  });

  it('tell a pitch only where it is sure, and a tempo only of loops', () => {
    expect(words({ pitch_hz: 55.25, pitch_confidence: 0.9, tempo_bpm: 120, is_loop: false })).toEqual({
      Pitch: '55.3 Hz',
    });
    expect(words({ pitch_hz: 55.25, pitch_confidence: 0.2, tempo_bpm: 120, is_loop: true })).toEqual({
      Loop: '120 bpm',
    });
  });

  it('leave out what is not there, and tell of copies', () => {
    expect(words({ pitch_hz: null, loudness_db: null, clipped: 0, is_silent: true }, 2)).toEqual({
      Silent: 'yes',
      Copies: '2',
    });
  });
});
