import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { restingNote } from '../state/note';
import { PlaySocket, type PlayAnswer } from './play-socket';

class FakeSocket {
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: { request: number; instrument: string }[] = [];
  onopen = () => undefined;
  onclose: (event: { reason: string }) => void = () => undefined;
  onmessage: (event: { data: unknown }) => void = () => undefined;

  constructor() {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(reason = ''): void {
    this.readyState = 3;
    this.onclose({ reason });
  }

  open(): void {
    this.readyState = 1;
    this.onopen();
  }

  answer(request: number): void {
    const buffer = new ArrayBuffer(20);
    new Uint32Array(buffer, 0, 4).set([0x314d5244, request, 44100, 1]);
    this.onmessage({ data: buffer });
  }
}

const ask = (instrument: string) => ({ instrument, note: restingNote() });

function connect() {
  const heard: PlayAnswer[] = [];
  const errors: string[] = [];
  const states: string[] = [];
  const reasons: string[] = [];
  const socket = new PlaySocket(
    'ws://test',
    {
      onSound: (answer) => heard.push(answer),
      onError: (message) => errors.push(message),
      onConnection: (state, reason) => {
        states.push(state);
        reasons.push(reason);
      },
    },
    () => new FakeSocket() as unknown as WebSocket,
  );
  return { socket, heard, errors, states, reasons };
}

beforeEach(() => {
  FakeSocket.all = [];
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', { OPEN: 1 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('what is asked before the connection is open is sent when it is', () => {
  const { socket } = connect();
  socket.request(ask('a'));
  expect(FakeSocket.all[0]!.sent).toEqual([]);
  FakeSocket.all[0]!.open();
  expect(FakeSocket.all[0]!.sent.map(({ instrument }) => instrument)).toEqual(['a']);
});

test('of all that is asked while an answer is on its way only the latest is sent', () => {
  const { socket, heard } = connect();
  const [server] = FakeSocket.all;
  server!.open();
  for (const name of ['a', 'b', 'c', 'd']) socket.request(ask(name));
  expect(server!.sent.map(({ instrument }) => instrument)).toEqual(['a']);
  server!.answer(1);
  expect(server!.sent.map(({ instrument }) => instrument)).toEqual(['a', 'd']);
  server!.answer(2);
  expect(heard.map(({ asked }) => asked.instrument)).toEqual(['a', 'd']);
});

test('an answer that never comes blocks nothing for longer than a second', () => {
  const { socket } = connect();
  const [server] = FakeSocket.all;
  server!.open();
  socket.request(ask('a'));
  vi.advanceTimersByTime(1100);
  socket.request(ask('b'));
  expect(server!.sent.map(({ instrument }) => instrument)).toEqual(['a', 'b']);
});

test('an answer that was overtaken is not heard', () => {
  const { socket, heard } = connect();
  const [server] = FakeSocket.all;
  server!.open();
  socket.request(ask('a'));
  vi.advanceTimersByTime(1100);
  socket.request(ask('b'));
  server!.answer(1);
  server!.answer(2);
  expect(heard.map(({ request }) => request)).toEqual([2]);
});

test('a refusal is told, and the next request goes out', () => {
  const { socket, errors } = connect();
  const [server] = FakeSocket.all;
  server!.open();
  socket.request(ask('a'));
  socket.request(ask('b'));
  server!.onmessage({ data: JSON.stringify({ request: 1, error: 'no instrument' }) });
  expect(errors).toEqual(['no instrument']);
  expect(server!.sent).toHaveLength(2);
});

test('a lost connection is made again with growing pauses, and asks again', () => {
  const { socket, states } = connect();
  FakeSocket.all[0]!.open();
  socket.request(ask('a'));
  FakeSocket.all[0]!.close();
  vi.advanceTimersByTime(250);
  FakeSocket.all[1]!.close();
  vi.advanceTimersByTime(250);
  expect(FakeSocket.all).toHaveLength(2);
  vi.advanceTimersByTime(250);
  FakeSocket.all[2]!.open();
  expect(FakeSocket.all[2]!.sent.map(({ instrument }) => instrument)).toEqual(['a']);
  expect(states).toEqual(['connecting', 'open', 'lost', 'connecting', 'lost', 'connecting', 'open']);
});

test('a server that closes each connection at once is asked less and less often, and its reason is told', () => {
  const { reasons } = connect();
  for (let second = 0; second < 20; second++) {
    const latest = FakeSocket.all.at(-1)!;
    if (latest.readyState === 0) {
      latest.open();
      latest.close('too many connections');
    }
    vi.advanceTimersByTime(1000);
  }
  expect(FakeSocket.all.length).toBeLessThan(8);
  expect(reasons.filter(Boolean)).toContain('too many connections');
});

test('a socket that was closed stays closed', () => {
  const { socket } = connect();
  socket.close();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});

test('the note of a place between four is told before its sound, and comes with it', () => {
  const { socket, heard, errors } = connect();
  const [server] = FakeSocket.all as [FakeSocket];
  server.open();
  const morph = { corners: [0, 1, 2, 3].map((seed) => ({ ...restingNote(), seed })), u: 0.2, v: 0.7 };
  const note = restingNote({ x: 0.3, y: 0.1 });
  socket.request({ ...ask('alpha'), morph });
  expect(server.sent).toEqual([{ request: 1, instrument: 'alpha', morph }]);
  server.onmessage({ data: JSON.stringify({ request: 1, note }) });
  expect(heard).toEqual([]);
  server.answer(1);
  expect(heard.map(({ asked }) => [asked.note, asked.morph])).toEqual([[note, morph]]);
  expect(errors).toEqual([]);
});
