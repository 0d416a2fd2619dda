/**
 * The WebSocket that turns places into sound.
 *
 * At most one request is on its way and one waits; a newer one takes the place of the one that waits, so a fast hand
 * never builds a queue. A lost connection is made again, with growing pauses, and asks again for what was last wanted.
 */
import { parseFrame, type SoundFrame } from './frames';
import type { MorphBody, NoteBody } from './types';

export type Connection = 'connecting' | 'open' | 'lost';

export interface PlayRequest {
  instrument: string;
  note: NoteBody;
  /** A place between four notes instead: then the note of the answer is the one that lies there. */
  morph?: MorphBody | undefined;
}

export interface PlayAnswer<R extends PlayRequest = PlayRequest> extends SoundFrame {
  asked: R;
}

interface Handlers<R extends PlayRequest> {
  onSound: (answer: PlayAnswer<R>) => void;
  onError: (message: string, asked: R) => void;
  /** `reason`: why the server closed it, if it said so. */
  onConnection: (connection: Connection, reason: string) => void;
}

/** A text frame: why there is no sound, or which note the sound after it is. */
type Told = { request: number } & ({ error: string } | { note: NoteBody });

type SocketFactory = (url: string) => WebSocket;

const PATIENCE_MS = 1000; // an answer that takes longer is not waited for: newer requests go out beside it
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 8000;

export class PlaySocket<R extends PlayRequest = PlayRequest> {
  private socket: WebSocket | undefined;
  private number = 0;
  private onItsWay: { number: number; asked: R; since: number } | undefined;
  private waiting: R | undefined;
  private pause = FIRST_PAUSE_MS;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly handlers: Handlers<R>,
    private readonly open: SocketFactory = (url) => new WebSocket(url),
  ) {
    this.connect();
  }

  /** Ask for a sound; what was asked before and not sent yet is forgotten. */
  request(asked: R): void {
    this.waiting = asked;
    this.sendWaiting();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.socket?.close();
  }

  private connect(): void {
    this.handlers.onConnection('connecting', '');
    const socket = this.open(this.url);
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.handlers.onConnection('open', '');
      this.sendWaiting();
    };
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer | string>) => this.receive(data);
    socket.onclose = ({ reason }) => this.reconnect(reason);
  }

  private reconnect(reason: string): void {
    if (this.closed) return;
    this.handlers.onConnection('lost', reason);
    this.waiting ??= this.onItsWay?.asked;
    this.onItsWay = undefined;
    this.timer = setTimeout(() => this.connect(), this.pause);
    this.pause = Math.min(2 * this.pause, LONGEST_PAUSE_MS);
  }

  private sendWaiting(): void {
    if (!this.waiting || this.socket?.readyState !== WebSocket.OPEN) return;
    if (this.onItsWay && performance.now() - this.onItsWay.since < PATIENCE_MS) return;
    const asked = this.waiting;
    this.waiting = undefined;
    this.onItsWay = { number: ++this.number, asked, since: performance.now() };
    const { instrument, note, morph } = asked;
    const wanted = morph ? { morph } : { note };
    this.socket.send(JSON.stringify({ request: this.number, instrument, ...wanted }));
  }

  private receive(data: ArrayBuffer | string): void {
    this.pause = FIRST_PAUSE_MS; // it serves: a connection that is closed as soon as it is open does not count
    const answer = typeof data === 'string' ? (JSON.parse(data) as Told) : parseFrame(data);
    if (answer.request !== this.onItsWay?.number) return; // overtaken
    const { asked } = this.onItsWay;
    if ('note' in answer) {
      this.onItsWay.asked = { ...asked, note: answer.note }; // its sound comes next
      return;
    }
    this.onItsWay = undefined;
    this.sendWaiting();
    if ('error' in answer) this.handlers.onError(answer.error, asked);
    else this.handlers.onSound({ ...answer, asked });
  }
}
