/** What is heard of a piece: the track and the render, at matched loudness, and their pictures. */
import * as api from '../api/client';
import type { PieceAnswer } from '../api/types';
import { PiecePlayer, type LoopRange, type Side } from '../audio/piece-player';
import { filled, peaksOf } from '../audio/readouts';
import type { Settings } from './settings.svelte';

const COLUMNS = 1600; // of a picture: more than a wide window has

export class PieceAudio {
  isPlaying = $state(false);
  side = $state<Side>('reference');
  range = $state.raw<LoopRange>();
  reference = $state.raw<Float32Array>();
  render = $state.raw<Float32Array>();
  /** Where the ear was put; while it plays, `position` is newer. */
  place = $state(0);
  private player: PiecePlayer | undefined;
  private readonly loaded: Partial<Record<Side, string>> = {};

  constructor(private readonly settings: Settings) {}

  get isLooping(): boolean {
    return this.range !== undefined;
  }

  get position(): number {
    return this.player?.position ?? this.place;
  }

  /** The player, for tests that measure what is heard. */
  get heard(): PiecePlayer | undefined {
    return this.player;
  }

  /** Fetch what is new of a piece's sounds; `isWanted` tells whether it still is once they are there. */
  async load(piece: PieceAnswer, isWanted: () => boolean): Promise<void> {
    this.open().setDuration(piece.duration_s);
    await Promise.all([
      this.fetch('reference', piece.reference_url, piece.duration_s, isWanted),
      this.fetch('render', piece.render?.url ?? '', piece.duration_s, isWanted),
    ]);
    if (!isWanted()) return;
    this.match(piece);
    if (!this.loaded[this.side]) this.choose(this.loaded.render ? 'render' : 'reference');
  }

  async toggle(): Promise<void> {
    if (this.isPlaying) this.stop();
    else await this.play();
  }

  async play(): Promise<void> {
    const player = this.open();
    player.setVolume(this.settings.volume);
    await player.play();
    this.isPlaying = player.isPlaying;
  }

  stop(): void {
    this.player?.stop();
    this.isPlaying = false;
    this.place = this.position;
  }

  /** Go elsewhere; outside the loop that ends it. */
  seek(position: number): void {
    this.player?.seek(position);
    this.range = this.player?.looped;
    this.place = this.position;
  }

  choose(side: Side): void {
    this.side = side;
    this.player?.choose(side);
  }

  has(side: Side): boolean {
    return side === 'reference' ? this.reference !== undefined : this.render !== undefined;
  }

  /** Hear the other one, where there are both. */
  alternate(): void {
    const other = this.side === 'reference' ? 'render' : 'reference';
    if (this.has(other)) this.choose(other);
  }

  loop(range: LoopRange | undefined): void {
    this.range = range;
    this.player?.loop(range);
    this.place = this.position;
  }

  setVolume(): void {
    this.player?.setVolume(this.settings.volume);
  }

  forget(): void {
    this.player?.forget();
    this.isPlaying = false;
    this.range = undefined;
    this.place = 0;
    this.reference = this.render = undefined;
    this.loaded.reference = this.loaded.render = '';
  }

  private async fetch(side: Side, url: string, duration_s: number, isWanted: () => boolean): Promise<void> {
    const key = url && `${url} ${duration_s}`;
    if (!key || this.loaded[side] === key) return;
    const bytes = await api.getBytes(url);
    if (!isWanted()) return;
    const buffer = await this.open().load(side, bytes);
    if (!isWanted()) return;
    this.loaded[side] = key;
    this[side] = filled(peaksOf(buffer.getChannelData(0), COLUMNS));
  }

  /** The louder one is made as soft as the other. */
  match({ heard, render: rendered }: Pick<PieceAnswer, 'heard' | 'render'>): void {
    const reference = heard?.loudness_lufs ?? null;
    const render = rendered?.loudness_lufs ?? null;
    const isMatched = this.settings.matching && reference !== null && render !== null;
    const [first, second] = isMatched ? [reference, render] : [0, 0];
    this.player?.setLevel('reference', Math.min(0, second - first));
    this.player?.setLevel('render', Math.min(0, first - second));
  }

  private open(): PiecePlayer {
    if (!this.player) {
      this.player = new PiecePlayer();
      this.player.choose(this.side);
      this.player.onEnd = () => {
        this.isPlaying = false;
        this.place = 0;
      };
      if (this.range) this.player.loop(this.range);
      this.player.seek(this.place);
    }
    return this.player;
  }
}
