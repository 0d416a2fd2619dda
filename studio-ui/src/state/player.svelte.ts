/** What is heard: asks the server for notes and hands their sounds to the audio engine. */
import { PlaySocket, type Connection, type PlayAnswer, type PlayRequest } from '../api/play-socket';
import type { MorphBody, NoteBody } from '../api/types';
import { Engine } from '../audio/engine';
import { matchingGain } from '../audio/loudness';
import type { Report, Sound } from '../audio/messages';
import { gainOf, type Decibels } from '../audio/units';
import type { Settings } from './settings.svelte';

export interface HeardSound {
  id: number;
  instrument: string;
  note: NoteBody;
  /** The place between four notes at which the note lies, if it was asked for so. */
  morph: MorphBody | undefined;
  samples: Float32Array;
  sampleRate: number;
  matched_db: Decibels;
}

interface Asked extends PlayRequest {
  silent: boolean;
  /** Which stop came last when it was asked for. */
  stops: number;
}

interface PlayOptions {
  silent?: boolean;
  /** A place between four notes, instead of the note. */
  morph?: MorphBody;
}

const DEFAULT_RATE = 44100;

export class Player {
  /** The sound of the pad: what was decoded last. */
  sound = $state.raw<HeardSound>();
  connection = $state<Connection>('connecting');
  /** Why the server ended the connection, if it said so. */
  lostBecause = $state('');
  looping = $state(false);
  /** Counts the hits that were played, for everything on the screen that pulses. */
  hits = $state(0);
  peak = $state(0);
  error = $state('');

  /** Hears of a note that cannot be played; true where it knows what to do, and the error is none. */
  refused: ((message: string, asked: PlayRequest) => boolean) | undefined;

  private engine: Promise<Engine>;
  private ready: Engine | undefined;
  private ids = 0;
  /** Counts the stops: what was asked for before the last one is shown when it arrives, and not heard. */
  private stops = 0;
  private readonly socket: PlaySocket<Asked>;
  private readonly listeners = new Set<(sound: HeardSound) => void>();
  private readonly taps = new Set<(report: Report) => void>();

  constructor(private readonly settings: Settings) {
    this.engine = this.openEngine(DEFAULT_RATE);
    this.socket = new PlaySocket(playUrl(), {
      onSound: (answer) => this.receive(answer),
      onError: (message, asked) => {
        if (!this.refused?.(message, asked)) this.error = message;
      },
      onConnection: (connection, reason) => {
        this.connection = connection;
        this.lostBecause = reason;
      },
    });
  }

  /** Play a note: at once, or with the next hit while the loop runs. `silent` only fetches and shows it. */
  play(instrument: string, note: NoteBody, { silent = false, morph }: PlayOptions = {}): void {
    if (!silent) void this.wake();
    this.socket.request({ instrument, note, morph, silent, stops: this.stops });
  }

  /** Play the sound of the pad again. */
  async replay(): Promise<void> {
    (await this.wake()).play();
  }

  /** Play samples that are not the sound of the pad: a dropped original, another instrument's version. */
  async audition(samples: Float32Array, sampleRate: number, velocity = 1): Promise<void> {
    const engine = await this.wake();
    engine.audition({ id: 0, samples, gain: this.gainFor(matchedDb(samples, sampleRate, velocity)) });
  }

  async setLoop(on: boolean): Promise<void> {
    this.looping = on;
    if (!on) this.stops++;
    (await this.wake()).loop(on);
  }

  async setTempo(tempo: number): Promise<void> {
    this.settings.change({ tempo });
    (await this.engine).setTempo(tempo);
  }

  async setVolume(volume: Decibels): Promise<void> {
    this.settings.change({ volume });
    (await this.engine).setVolume(volume);
  }

  async setMatching(matching: boolean): Promise<void> {
    this.settings.change({ matching });
    if (this.sound) (await this.engine).setSound(this.forEngine(this.sound), { silent: true });
  }

  async stop(): Promise<void> {
    this.looping = false;
    this.stops++;
    (await this.engine).stop();
  }

  /** Make the audio run: only a press of the user may do that. */
  async wake(): Promise<Engine> {
    const engine = await this.engine;
    await engine.resume();
    return engine;
  }

  /** Decode an audio file with the browser's own reader; rejects for kinds that it does not know. */
  async decodeFile(bytes: ArrayBuffer): Promise<{ samples: Float32Array; sampleRate: number }> {
    const { context } = await this.engine;
    const buffer = await context.decodeAudioData(bytes);
    return { samples: buffer.getChannelData(0), sampleRate: buffer.sampleRate };
  }

  onSound(listener: (sound: HeardSound) => void): void {
    this.listeners.add(listener);
  }

  /** Hear everything that is rendered: for tests and measurements. */
  async tap(listener: (report: Report) => void): Promise<void> {
    this.taps.add(listener);
    (await this.engine).tap(true);
  }

  private async openEngine(sampleRate: number): Promise<Engine> {
    const engine = await Engine.open(sampleRate);
    engine.setTempo(this.settings.tempo);
    engine.setVolume(this.settings.volume);
    engine.listen((report) => this.hear(report));
    if (this.taps.size) engine.tap(true);
    this.ready = engine;
    return engine;
  }

  private hear(report: Report): void {
    if (report.type === 'hit') this.hits++;
    if (report.type === 'meter') this.peak = report.peak;
    for (const tap of this.taps) tap(report);
  }

  /** The sound goes to the audio thread before anything is drawn. */
  private receive({ asked, samples, sampleRate }: PlayAnswer<Asked>): void {
    const { instrument, note, morph } = asked;
    const silent = asked.silent || asked.stops !== this.stops;
    const matched_db = matchedDb(samples, sampleRate, note.velocity);
    const sound = { id: ++this.ids, instrument, note, morph, samples, sampleRate, matched_db };
    const play = (engine: Engine) => engine.setSound(this.forEngine(sound), { silent });
    if (this.ready?.context.sampleRate === sampleRate) play(this.ready);
    else void this.engineAt(sampleRate).then(play);
    this.error = '';
    this.sound = sound;
    for (const listener of this.listeners) listener(sound);
  }

  /** Instruments have rates of their own: an engine of another rate is replaced. */
  private async engineAt(sampleRate: number): Promise<Engine> {
    const engine = await this.engine;
    if (engine.context.sampleRate === sampleRate) return engine;
    void engine.close();
    this.engine = this.openEngine(sampleRate);
    const replaced = await this.engine;
    if (engine.running) await replaced.resume();
    if (this.looping) replaced.loop(true);
    return replaced;
  }

  private forEngine({ id, samples, matched_db }: HeardSound): Sound {
    return { id, samples, gain: this.gainFor(matched_db) };
  }

  private gainFor(matched_db: Decibels): number {
    return this.settings.matching ? gainOf(matched_db) : 1;
  }
}

/** A softly struck drum shall stay soft: matching leaves the square of the velocity as it is. */
function matchedDb(samples: Float32Array, sampleRate: number, velocity: number): Decibels {
  const struck_db = velocity > 0 ? 40 * Math.log10(velocity) : 0;
  return matchingGain(samples, sampleRate) + struck_db;
}

export function playUrl(): string {
  const { protocol, host } = location;
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/play`;
}
