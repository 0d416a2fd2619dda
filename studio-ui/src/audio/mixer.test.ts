import { describe, expect, test } from 'vitest';
import type { Report, Sound } from './messages';
import { Mixer } from './mixer';

const RATE = 44100;
const QUANTUM = 128;
const FADE = 221; // 5 ms, rounded

const constant = (length: number, value = 1, id = 1): Sound => ({
  id,
  samples: new Float32Array(length).fill(value),
  gain: 1,
});

function render(mixer: Mixer, frames: number): { output: Float32Array; reports: Report[] } {
  const output = new Float32Array(Math.ceil(frames / QUANTUM) * QUANTUM);
  for (let at = 0; at < output.length; at += QUANTUM) mixer.render(output.subarray(at, at + QUANTUM));
  return { output, reports: mixer.takeReports() };
}

const hitsOf = (reports: Report[]) => reports.filter((report) => report.type === 'hit');

const largestStep = (samples: Float32Array) =>
  samples.reduce(
    (largest, value, i) => (i ? Math.max(largest, Math.abs(value - samples[i - 1]!)) : largest),
    0,
  );

test('a new mixer is silent', () => {
  expect(render(new Mixer(RATE), 1000).output.every((value) => value === 0)).toBe(true);
});

test('a sound is played as it is, times its gain', () => {
  const mixer = new Mixer(RATE);
  const samples = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i / 9));
  mixer.handle({ type: 'sound', sound: { id: 1, samples, gain: 0.5 } });
  const { output } = render(mixer, 500);
  expect([...output.subarray(0, 500)]).toEqual([...samples.map((value) => value * 0.5)]);
  expect(output.subarray(500).every((value) => value === 0)).toBe(true);
});

test('a silent sound is heard only when it is played', () => {
  const mixer = new Mixer(RATE);
  mixer.handle({ type: 'sound', sound: constant(200), silent: true });
  expect(hitsOf(render(mixer, 500).reports)).toHaveLength(0);
  mixer.handle({ type: 'play' });
  expect(hitsOf(render(mixer, 500).reports)).toHaveLength(1);
});

test('a new hit fades the one before it within 5 ms', () => {
  const mixer = new Mixer(RATE);
  mixer.handle({ type: 'sound', sound: constant(RATE), silent: true });
  mixer.handle({ type: 'play' });
  render(mixer, 4096);
  mixer.handle({ type: 'audition', sound: constant(10, 0) });
  const { output } = render(mixer, 512);
  expect(largestStep(output)).toBeLessThan(1.01 / (FADE - 1));
  expect(output[0]).toBe(1);
  expect(output.subarray(FADE).every((value) => value === 0)).toBe(true);
});

test('sounds that follow each other too fast wait, and only the last of them is heard', () => {
  const mixer = new Mixer(RATE);
  for (let id = 1; id <= 5; id++) mixer.handle({ type: 'sound', sound: constant(4000, 0.1, id) });
  const first = render(mixer, 256).reports;
  for (let id = 6; id <= 9; id++) mixer.handle({ type: 'sound', sound: constant(4000, 0.1, id) });
  const second = render(mixer, 4096).reports;
  expect(hitsOf(first)).toEqual([{ type: 'hit', id: 5, frame: 0 }]);
  expect(hitsOf(second)).toEqual([{ type: 'hit', id: 9, frame: Math.floor(0.045 * RATE) }]);
});

describe('the loop', () => {
  const started = (tempo: number) => {
    const mixer = new Mixer(RATE);
    mixer.handle({ type: 'sound', sound: constant(100), silent: true });
    mixer.handle({ type: 'tempo', tempo });
    mixer.handle({ type: 'loop', on: true });
    return mixer;
  };

  test.each([40, 97, 120, 133.7, 240])('hits on the beats of %d bpm for a minute without drift', (tempo) => {
    const { reports } = render(started(tempo), 60 * RATE);
    const beat = (60 / tempo) * RATE;
    expect(hitsOf(reports).length).toBeGreaterThanOrEqual(Math.floor(tempo));
    hitsOf(reports).forEach(({ frame }, i) => expect(Math.abs(frame - i * beat)).toBeLessThanOrEqual(1.001));
  });

  test('begins at once and starts each hit at its own frame, not at a quantum', () => {
    const { output, reports } = render(started(97), RATE);
    expect(hitsOf(reports)[0]!.frame).toBe(0);
    for (const { frame } of hitsOf(reports)) expect(output[frame]).toBe(1);
    expect(hitsOf(reports).some(({ frame }) => frame % QUANTUM !== 0)).toBe(true);
  });

  test('takes a changed sound with the next hit', () => {
    const mixer = started(120);
    render(mixer, 5000);
    mixer.handle({ type: 'sound', sound: constant(100, 0.5, 2) });
    const { output, reports } = render(mixer, RATE);
    expect(hitsOf(reports)[0]).toEqual({ type: 'hit', id: 2, frame: 22050 });
    expect(output.subarray(0, 22050 - 5120).every((value) => value === 0)).toBe(true);
  });

  test('keeps its place in the beat when the tempo is turned', () => {
    const mixer = started(60);
    render(mixer, RATE / 2); // half a beat
    const now = mixer.rendered;
    mixer.handle({ type: 'tempo', tempo: 120 });
    const { reports } = render(mixer, RATE);
    expect(hitsOf(reports)[0]!.frame).toBeCloseTo(now + (RATE - now) / 2, -1);
  });

  test('has one first hit when the sound arrives in the same moment', () => {
    const mixer = new Mixer(RATE);
    mixer.handle({ type: 'tempo', tempo: 240 });
    mixer.handle({ type: 'sound', sound: constant(4000) });
    mixer.handle({ type: 'loop', on: true });
    const frames = hitsOf(render(mixer, RATE).reports).map(({ frame }) => frame);
    expect(frames).toEqual([0, 11025, 22050, 33075, 44100]);
  });

  test('takes a hit of a moment ago as its first', () => {
    const mixer = new Mixer(RATE);
    mixer.handle({ type: 'tempo', tempo: 240 });
    mixer.handle({ type: 'sound', sound: constant(4000) });
    render(mixer, QUANTUM);
    mixer.handle({ type: 'loop', on: true });
    const frames = hitsOf(render(mixer, RATE / 2).reports).map(({ frame }) => frame);
    expect(frames).toEqual([11025, 22050]);
  });

  test('stops, and falls silent within the fade', () => {
    const mixer = started(120);
    render(mixer, 64);
    mixer.handle({ type: 'stop' });
    const { output, reports } = render(mixer, 2 * RATE);
    expect(output.subarray(FADE).every((value) => value === 0)).toBe(true);
    expect(hitsOf(reports)).toHaveLength(0);
  });
});

test('the volume glides to where it is turned', () => {
  const mixer = new Mixer(RATE);
  mixer.handle({ type: 'sound', sound: constant(RATE) });
  render(mixer, 1024);
  mixer.handle({ type: 'volume', gain: 0.1 });
  const { output } = render(mixer, RATE / 2);
  expect(largestStep(output)).toBeLessThan(0.005);
  expect(output.at(-1)).toBeCloseTo(0.1, 3);
});

test('the meter tells the peak about 30 times a second', () => {
  const mixer = new Mixer(RATE);
  mixer.handle({ type: 'sound', sound: constant(RATE, 0.25) });
  const meters = render(mixer, RATE / 2).reports.filter((report) => report.type === 'meter');
  expect(meters.length).toBeGreaterThanOrEqual(14);
  expect(meters.length).toBeLessThanOrEqual(16);
  expect(meters[0]).toEqual({ type: 'meter', peak: 0.25 });
});
