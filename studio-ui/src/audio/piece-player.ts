/**
 * Plays a piece and the track that it began with, on one clock: both run, one is heard, so that going from one to the
 * other loses no time. Nothing starts, stops or changes without a short fade.
 */
import { seamless } from './seam';
import { gainOf, type Decibels, type Seconds } from './units';

export type Side = 'reference' | 'render';

export interface LoopRange {
  start_s: Seconds;
  end_s: Seconds;
}

const FADE_S = 0.012;
const RATE = 44100; // what pieces are rendered at; the browser brings tracks of other rates there

interface Voice {
  source: AudioBufferSourceNode;
  gain: GainNode;
}

export class PiecePlayer {
  private readonly context = new AudioContext({ sampleRate: RATE, latencyHint: 'interactive' });
  readonly analyser = this.context.createAnalyser();
  private readonly master = this.context.createGain();
  private readonly buffers = new Map<Side, AudioBuffer>();
  private readonly levels = new Map<Side, Decibels>();
  private readonly voices = new Map<Side, Voice>();
  private side: Side = 'reference';
  private range: LoopRange | undefined;
  private duration: Seconds = 0;
  private startedAt = 0; // on the context's clock
  private offset: Seconds = 0;

  /** The end was reached, and playing has stopped. */
  onEnd: () => void = () => undefined;

  constructor() {
    this.master.connect(this.analyser);
    this.analyser.connect(this.context.destination);
  }

  /** How long the piece is: what is loaded is cut, or followed by silence. */
  setDuration(duration: Seconds): void {
    this.duration = duration;
  }

  /** Decode a file for one side. */
  async load(side: Side, bytes: ArrayBuffer): Promise<AudioBuffer> {
    const decoded = await this.context.decodeAudioData(bytes);
    const buffer = this.fitted(decoded);
    this.buffers.set(side, buffer);
    if (this.isPlaying) this.restart();
    return buffer;
  }

  forget(): void {
    this.stop();
    this.buffers.clear();
    this.offset = 0;
    this.range = undefined;
  }

  /** The stretch that is played again and again, if any. */
  get looped(): LoopRange | undefined {
    return this.range;
  }

  get isPlaying(): boolean {
    return this.voices.size > 0;
  }

  /** Where it plays, or will begin to. */
  get position(): Seconds {
    if (!this.isPlaying) return this.offset;
    const elapsed = this.offset + this.context.currentTime - this.startedAt;
    return this.wrapped(elapsed);
  }

  async play(): Promise<void> {
    await this.context.resume();
    if (!this.buffers.size || this.isPlaying) return;
    if (this.offset >= this.duration - FADE_S) this.offset = 0;
    this.restart();
  }

  stop(): void {
    this.offset = this.position;
    for (const side of [...this.voices.keys()]) this.end(side);
  }

  /** Go elsewhere; outside the loop that ends it. */
  seek(position: Seconds): void {
    const wasPlaying = this.isPlaying;
    this.offset = Math.min(this.duration, Math.max(0, position));
    if (this.range && !isInside(this.offset, this.range)) this.range = undefined;
    if (wasPlaying) this.restart(this.offset);
  }

  /** Which of both is heard. */
  choose(side: Side): void {
    this.side = side;
    this.mix();
  }

  /** How much louder or softer a side is made for listening. */
  setLevel(side: Side, level: Decibels): void {
    this.levels.set(side, level);
    this.mix();
  }

  setVolume(volume: Decibels): void {
    this.fade(this.master.gain, gainOf(volume));
  }

  /** Play a stretch again and again; undefined: to the end. */
  loop(range: LoopRange | undefined): void {
    const position = this.position;
    this.range = range;
    const next = range && !isInside(position, range) ? range.start_s : position;
    if (this.isPlaying) this.restart(next);
    else this.offset = next;
  }

  private wrapped(elapsed: Seconds): Seconds {
    const { range } = this;
    if (!range || elapsed < range.end_s) return Math.min(elapsed, this.duration);
    return range.start_s + ((elapsed - range.start_s) % (range.end_s - range.start_s));
  }

  private restart(at: Seconds = this.position): void {
    for (const side of [...this.voices.keys()]) this.end(side);
    this.offset = at;
    this.startedAt = this.context.currentTime;
    for (const [side, buffer] of this.buffers) this.begin(side, buffer);
  }

  private begin(side: Side, buffer: AudioBuffer): void {
    const source = this.context.createBufferSource();
    const gain = this.context.createGain();
    source.buffer = this.range ? this.stretch(buffer, this.range) : buffer;
    source.loop = this.range !== undefined;
    gain.gain.value = 0;
    source.connect(gain).connect(this.master);
    source.start(this.startedAt, this.offset - (this.range?.start_s ?? 0));
    source.onended = () => this.ended(source);
    this.voices.set(side, { source, gain });
    this.fade(gain.gain, this.gainFor(side));
  }

  private end(side: Side): void {
    const voice = this.voices.get(side);
    if (!voice) return;
    this.voices.delete(side);
    this.fade(voice.gain.gain, 0);
    voice.source.stop(this.context.currentTime + 4 * FADE_S);
  }

  /** Only what was not ended by a hand is the end of the piece. */
  private ended(source: AudioBufferSourceNode): void {
    if (![...this.voices.values()].some((voice) => voice.source === source)) return;
    this.voices.clear();
    this.offset = 0;
    this.onEnd();
  }

  private mix(): void {
    for (const [side, { gain }] of this.voices) this.fade(gain.gain, this.gainFor(side));
  }

  private gainFor(side: Side): number {
    return side === this.side ? gainOf(this.levels.get(side) ?? 0) : 0;
  }

  private fade(parameter: AudioParam, value: number): void {
    const now = this.context.currentTime;
    parameter.cancelScheduledValues(now);
    parameter.setTargetAtTime(value, now, FADE_S / 3);
  }

  private stretch(buffer: AudioBuffer, { start_s, end_s }: LoopRange): AudioBuffer {
    const { numberOfChannels, sampleRate } = buffer;
    const [start, end] = [Math.round(start_s * sampleRate), Math.round(end_s * sampleRate)];
    const looped = new AudioBuffer({ length: end - start, numberOfChannels, sampleRate });
    for (let channel = 0; channel < numberOfChannels; channel++) {
      const whole = buffer.getChannelData(channel);
      looped.copyToChannel(seamless(whole, start, end, Math.round(FADE_S * sampleRate)), channel);
    }
    return looped;
  }

  private fitted(decoded: AudioBuffer): AudioBuffer {
    const length = Math.max(1, Math.round(this.duration * RATE));
    if (decoded.length === length) return decoded;
    const { numberOfChannels, sampleRate } = decoded;
    const buffer = new AudioBuffer({ length, numberOfChannels, sampleRate });
    for (let channel = 0; channel < numberOfChannels; channel++)
      buffer.copyToChannel(decoded.getChannelData(channel).subarray(0, length), channel);
    return buffer;
  }
}

const isInside = (position: Seconds, { start_s, end_s }: LoopRange): boolean =>
  position >= start_s && position < end_s;
