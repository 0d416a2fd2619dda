/**
 * The sound of the page: voices, the loop's clock and the master gain, counted in frames.
 *
 * Pure arithmetic without Web Audio, so that it is tested as it is; `processor.ts` runs it in the audio thread.
 * A hit chokes the one before it with a short fade, so nothing that changes is ever cut off.
 */
import type { Command, Report, Sound } from './messages';
import type { BeatsPerMinute, Frames, Gain } from './units';

const CHOKE_S = 0.005; // long enough to hear no click, short enough to hear no overlap
const AUDITION_GAP_S = 0.045; // sounds that follow each other faster melt into a buzz
const VOLUME_S = 0.01; // time constant of the master gain
const METER_S = 1 / 30;
const MAX_VOICES = 16;

export class Mixer {
  private frame: Frames = 0;
  private voices: Voice[] = [];
  private sound: Sound | undefined;
  private waiting: Sound | undefined;
  private looping = false;
  private tempo: BeatsPerMinute = 120;
  private nextHit: Frames = 0;
  private lastHit: Frames = -Infinity;
  private volume: Gain = 1;
  private wantedVolume: Gain = 1;
  private peak: Gain = 0;
  private lastMeter: Frames = 0;
  private reports: Report[] = [];

  constructor(private readonly sampleRate: number) {}

  handle(command: Command): void {
    switch (command.type) {
      case 'sound':
        this.sound = command.sound;
        if (!this.looping && !command.silent) this.waiting = command.sound;
        break;
      case 'audition':
        this.waiting = undefined;
        this.hit(command.sound);
        break;
      case 'play':
        this.waiting = undefined;
        if (this.sound) this.hit(this.sound);
        break;
      case 'loop':
        if (command.on && !this.looping) this.beginLoop();
        this.looping = command.on;
        break;
      case 'tempo':
        this.changeTempo(command.tempo);
        break;
      case 'volume':
        this.wantedVolume = command.gain;
        break;
      case 'stop':
        this.looping = false;
        this.waiting = undefined;
        this.choke();
        break;
    }
  }

  /** Fill `output` with the next frames; hits start inside it at their exact frame. */
  render(output: Float32Array): void {
    output.fill(0);
    let from = 0;
    while (from < output.length) {
      this.startDueHits();
      const to = Math.min(output.length, from + this.framesUntilNextHit());
      for (const voice of this.voices) voice.addTo(output, from, to);
      this.frame += to - from;
      from = to;
    }
    this.voices = this.voices.filter((voice) => !voice.done);
    this.applyVolume(output);
    this.measure(output);
  }

  /** Frames rendered so far: the clock of all reports. */
  get rendered(): Frames {
    return this.frame;
  }

  /** Take what happened since the last call. */
  takeReports(): Report[] {
    const reports = this.reports;
    this.reports = [];
    return reports;
  }

  private startDueHits(): void {
    if (this.looping && this.frame >= Math.floor(this.nextHit)) {
      this.nextHit += this.beat();
      if (this.sound) this.hit(this.sound);
    }
    if (this.waiting && this.frame >= this.auditionTime()) {
      this.hit(this.waiting);
      this.waiting = undefined;
    }
  }

  /** A press that is still waiting, or was heard a moment ago, and the loop's first hit are one hit, not two. */
  private beginLoop(): void {
    this.waiting = undefined;
    this.nextHit = this.frame < this.auditionTime() ? this.lastHit + this.beat() : this.frame;
  }

  private framesUntilNextHit(): Frames {
    let frames = Infinity;
    if (this.looping) frames = Math.floor(this.nextHit) - this.frame;
    if (this.waiting) frames = Math.min(frames, this.auditionTime() - this.frame);
    return Math.max(1, frames);
  }

  private auditionTime(): Frames {
    return this.lastHit + Math.floor(AUDITION_GAP_S * this.sampleRate);
  }

  private beat(): Frames {
    return (60 / this.tempo) * this.sampleRate;
  }

  /** Keep the place within the beat, so that turning the tempo moves the next hit and doubles none. */
  private changeTempo(tempo: BeatsPerMinute): void {
    const left = (this.nextHit - this.frame) / this.beat();
    this.tempo = tempo;
    this.nextHit = this.frame + Math.max(0, left) * this.beat();
  }

  private hit(sound: Sound): void {
    this.choke();
    this.voices.push(new Voice(sound.samples, sound.gain));
    if (this.voices.length > MAX_VOICES) this.voices.shift();
    this.lastHit = this.frame;
    this.reports.push({ type: 'hit', id: sound.id, frame: this.frame });
  }

  private choke(): void {
    const frames = Math.round(CHOKE_S * this.sampleRate);
    for (const voice of this.voices) voice.fadeOut(frames);
  }

  private applyVolume(output: Float32Array): void {
    const step = 1 - Math.exp(-1 / (VOLUME_S * this.sampleRate));
    for (let i = 0; i < output.length; i++) {
      this.volume += (this.wantedVolume - this.volume) * step;
      output[i]! *= this.volume;
    }
  }

  private measure(output: Float32Array): void {
    for (const value of output) this.peak = Math.max(this.peak, Math.abs(value));
    if (this.frame - this.lastMeter < METER_S * this.sampleRate) return;
    this.reports.push({ type: 'meter', peak: this.peak });
    this.peak = 0;
    this.lastMeter = this.frame;
  }
}

class Voice {
  private position: Frames = 0;
  private fadeFrames: Frames = 0;
  private fadeLeft: Frames = Infinity;

  constructor(
    private readonly samples: Float32Array,
    private readonly gain: Gain,
  ) {}

  get done(): boolean {
    return this.position >= this.samples.length || this.fadeLeft <= 0;
  }

  fadeOut(frames: Frames): void {
    if (this.fadeLeft !== Infinity) return;
    this.fadeFrames = frames;
    this.fadeLeft = frames;
  }

  addTo(output: Float32Array, from: number, to: number): void {
    for (let i = from; i < to && !this.done; i++) {
      const fade = this.fadeLeft === Infinity ? 1 : this.fadeLeft-- / this.fadeFrames;
      output[i]! += this.samples[this.position++]! * this.gain * fade;
    }
  }
}
