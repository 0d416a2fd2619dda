/** Several instruments at the same spot, one after the other or each by itself. */
import { PlaySocket, type PlayAnswer } from '../api/play-socket';
import { carriedOver } from './note';
import { playUrl, type Player } from './player.svelte';
import type { Session } from './session.svelte';

const PAUSE_MS = 450;
const ANSWER_MS = 5000;

export class Comparison {
  /** Ids of the instruments that are compared. */
  chosen = $state.raw<string[]>([]);
  playing = $state('');
  private socket: PlaySocket | undefined;
  private answered: ((answer: PlayAnswer) => void) | undefined;
  private refused: ((error: Error) => void) | undefined;
  private round = 0;

  constructor(
    private readonly session: Session,
    private readonly player: Player,
  ) {}

  toggle(id: string): void {
    this.chosen = this.chosen.includes(id)
      ? this.chosen.filter((other) => other !== id)
      : [...this.chosen, id];
  }

  /** At first the instruments in the list, the current one among them. */
  suggest(): void {
    const known = new Set(this.session.instruments.map(({ id }) => id));
    this.chosen = this.chosen.filter((id) => known.has(id));
    if (this.chosen.length > 1) return;
    const playable = this.session.instruments.filter(({ error }) => !error).map(({ id }) => id);
    this.chosen = playable.slice(0, 4);
  }

  async playOne(id: string): Promise<void> {
    this.round++;
    await this.hear(id);
    this.playing = '';
  }

  /** Play them in turn; a second call starts over. */
  async playAll(): Promise<void> {
    this.suggest();
    const round = ++this.round;
    for (const id of this.chosen) {
      if (round !== this.round) return;
      await this.hear(id);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    if (round === this.round) this.playing = '';
  }

  stop(): void {
    this.round++;
    this.playing = '';
  }

  close(): void {
    this.stop();
    this.socket?.close();
    this.socket = undefined;
  }

  private async hear(id: string): Promise<void> {
    this.playing = id;
    const details = await this.session.detailsOf(id);
    const note = carriedOver(this.session.note, details, this.session.chosenClasses);
    const { samples, sampleRate } = await this.ask(id, note);
    if (this.playing === id) await this.player.audition(samples, sampleRate, note.velocity);
  }

  private ask(instrument: string, note: PlayAnswer['asked']['note']): Promise<PlayAnswer> {
    this.socket ??= new PlaySocket(playUrl(), {
      onSound: (answer) => this.answered?.(answer),
      onError: (message) => this.refused?.(new Error(message)),
      onConnection: () => undefined,
    });
    const answer = new Promise<PlayAnswer>((resolve, reject) => {
      this.answered = resolve;
      this.refused = reject;
      setTimeout(() => reject(new Error('the instrument does not answer')), ANSWER_MS);
    });
    this.socket.request({ instrument, note });
    return answer;
  }
}
