/** The one audio engine of the page: an AudioContext whose only node runs the mixer. */
import type { Command, Report, Sound } from './messages';
import processorUrl from './processor.ts?worker&url';
import { gainOf, type BeatsPerMinute, type Decibels } from './units';

const LAST_FADE_MS = 50; // the mixer's fade, and what the device still holds

type Listener = (report: Report) => void;

export class Engine {
  private node: AudioWorkletNode | undefined;
  private readonly listeners = new Set<Listener>();

  private constructor(readonly context: AudioContext) {}

  /** Make an engine that runs at the instrument's own rate, so that nothing is resampled on the way out. */
  static async open(sampleRate: number): Promise<Engine> {
    const engine = new Engine(new AudioContext({ sampleRate, latencyHint: 'interactive' }));
    await engine.context.audioWorklet.addModule(processorUrl);
    engine.node = new AudioWorkletNode(engine.context, 'drumlin', {
      numberOfInputs: 0,
      outputChannelCount: [2],
    });
    engine.node.connect(engine.context.destination);
    engine.node.port.onmessage = ({ data }: MessageEvent<Report>) => {
      for (const listener of engine.listeners) listener(data);
    };
    return engine;
  }

  /** Browsers keep a page silent until it is touched: call this on the first press. */
  async resume(): Promise<void> {
    if (this.context.state !== 'running') await this.context.resume();
  }

  get running(): boolean {
    return this.context.state === 'running';
  }

  /** The sound of the pad from now on. */
  setSound(sound: Sound, { silent = false } = {}): void {
    this.send({ type: 'sound', sound, silent });
  }

  audition(sound: Sound): void {
    this.send({ type: 'audition', sound });
  }

  play(): void {
    this.send({ type: 'play' });
  }

  loop(on: boolean): void {
    this.send({ type: 'loop', on });
  }

  setTempo(tempo: BeatsPerMinute): void {
    this.send({ type: 'tempo', tempo });
  }

  setVolume(volume: Decibels): void {
    this.send({ type: 'volume', gain: gainOf(volume) });
  }

  stop(): void {
    this.send({ type: 'stop' });
  }

  tap(on: boolean): void {
    this.send({ type: 'tap', on });
  }

  /** Hear what the audio thread reports; returns the function that stops it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Fall silent without a click, and end. */
  async close(): Promise<void> {
    this.stop();
    await new Promise((resolve) => setTimeout(resolve, LAST_FADE_MS));
    this.node?.disconnect();
    await this.context.close();
  }

  private send(command: Command): void {
    this.node?.port.postMessage(command);
  }
}
