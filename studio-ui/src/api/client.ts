/** The server's verbs, one function each. A refused request throws an `ApiError` with the server's own words. */
import { linesOf } from './lines';
import type {
  Aspect,
  ChangeTagBody,
  FoldersAnswer,
  FoundAnswer,
  InstrumentAnswer,
  InstrumentSummary,
  JobAnswer,
  KeptAnswer,
  KeptPieceAnswer,
  KeptSound,
  LearnBody,
  LibraryAnswer,
  LibrarySound,
  LibraryTask,
  LikeAnswer,
  LocationAnswer,
  MakeTagBody,
  MapAnswer,
  NewPieceBody,
  NoteBody,
  PatternBody,
  PieceAnswer,
  PieceRequest,
  PieceSummary,
  PlanAnswer,
  PlanBody,
  PreviewAnswer,
  ProblemAnswer,
  Question,
  RecipeAnswer,
  RefinementAnswer,
  RegistryAnswer,
  Saying,
  StateAnswer,
  StylesAnswer,
  SuggestedAnswer,
  TagEditAnswer,
  TeachingAnswer,
  UndoAnswer,
  Verdict,
  HeardImitation,
  VoiceAnswer,
  VoiceScore,
  VoiceTestAnswer,
  WhyAnswer,
} from './types';

export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

export const getState = () => get<StateAnswer>('/api/state');
export const getRegistry = () => get<RegistryAnswer>('/api/registry');

export const getInstruments = () => get<InstrumentSummary[]>('/api/instruments');
export const getInstrument = (id: string) =>
  get<InstrumentAnswer>(`/api/instruments/${encodeURIComponent(id)}`);

export function locate(instrument: string, file: Blob, name: string): Promise<LocationAnswer> {
  const body = new FormData();
  body.append('file', file, name);
  return call<LocationAnswer>(`/api/instruments/${encodeURIComponent(instrument)}/locate`, {
    method: 'POST',
    body,
  });
}

/** Look for a nearer place than the note that `locate` found, until the `signal` or the server ends it. */
export async function* refine(
  instrument: string,
  { note, file, name }: { note: LocationAnswer['note']; file: Blob; name: string },
  signal: AbortSignal,
): AsyncGenerator<RefinementAnswer> {
  const body = new FormData();
  body.append('file', file, name);
  const url = `/api/instruments/${encodeURIComponent(instrument)}/refine`;
  const query = `note=${encodeURIComponent(JSON.stringify(note))}`;
  const response = await send(`${url}?${query}`, { method: 'POST', body, signal });
  for await (const line of linesOf(response.body!)) yield JSON.parse(line) as RefinementAnswer;
}

/** The sound as a file for download; nothing is kept. */
export async function renderSound(instrument: string, note: NoteBody): Promise<Blob> {
  const response = await send(`/api/instruments/${encodeURIComponent(instrument)}/sound`, json({ note }));
  return response.blob();
}

export const keep = (instrument: string, note: NoteBody, name = '') =>
  call<KeptSound>('/api/keep', json({ instrument, note, name }));
export const getKept = () => get<KeptAnswer>('/api/kept');
export const deleteKept = (name: string) =>
  send(`/api/kept/${encodeURIComponent(name)}`, { method: 'DELETE' }).then(() => undefined);
/** Take the last file operation back; with a title only if that is the last. */
export const undo = (title = '') =>
  call<UndoAnswer>(`/api/undo?title=${encodeURIComponent(title)}`, { method: 'POST' });

export const getFolders = (path: string) =>
  get<FoldersAnswer>(`/api/folders?path=${encodeURIComponent(path)}`);
export const preview = (folder: string, count: number, recipe: string) =>
  call<PreviewAnswer>('/api/preview', json({ folder, count, recipe }));
export const getRecipes = () => get<RecipeAnswer[]>('/api/recipes');

export const getJobs = () => get<JobAnswer[]>('/api/jobs');
export const startLearning = (job: Omit<LearnBody, 'kind'>) =>
  call<JobAnswer>('/api/jobs', json({ kind: 'learn', ...job }));
export const addLearning = () => call<JobAnswer>('/api/jobs', json({ kind: 'add-learning' }));
export const cancelJob = (id: string) =>
  call<JobAnswer>(`/api/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
export const resumeJob = (id: string) =>
  call<JobAnswer>(`/api/jobs/${encodeURIComponent(id)}/resume`, { method: 'POST' });

/** Make the latest snapshot of a stopped learning an instrument. */
export const keepSnapshot = (id: string) =>
  call<InstrumentSummary>(`/api/jobs/${encodeURIComponent(id)}/keep`, { method: 'POST' });
/** Forget a job that has ended. */
export const removeJob = (id: string) => send(`/api/jobs/${encodeURIComponent(id)}`, { method: 'DELETE' });

export const getStyles = () => get<StylesAnswer>('/api/styles');
export const getPieces = () => get<PieceSummary[]>('/api/pieces');
export const getPiece = (id: string) => get<PieceAnswer>(pieceUrl(id));
export const beginPiece = (piece: Pick<NewPieceBody, 'duration_s' | 'descriptor'>) =>
  call<PieceAnswer>('/api/pieces', json(piece));
export const beginPieceWithTrack = (track: Blob, name: string) =>
  call<PieceAnswer>(`/api/pieces/track?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: track,
  });
export const writePiece = (id: string, request: PieceRequest) =>
  call<PieceAnswer>(pieceUrl(id), { ...json(request), method: 'PUT' });
export const hearPiece = (id: string) => call<PieceAnswer>(`${pieceUrl(id)}/hear`, { method: 'POST' });
export const renderPiece = (id: string, stems = false) =>
  call<PieceAnswer>(`${pieceUrl(id)}/render`, json({ stems }));
export const cancelPiece = (id: string) => call<PieceAnswer>(`${pieceUrl(id)}/cancel`, { method: 'POST' });
export const keepPiece = (id: string, wanted: { wav: boolean; stems: boolean; midi: boolean }) =>
  call<KeptPieceAnswer>(`${pieceUrl(id)}/keep`, json(wanted));
export const deletePiece = (id: string) => send(pieceUrl(id), { method: 'DELETE' }).then(() => undefined);

const pieceUrl = (id: string): string => `/api/pieces/${encodeURIComponent(id)}`;

export const getLibrary = () => get<LibraryAnswer>('/api/library');
export const addToLibrary = (folder: string) => call<LibraryAnswer>('/api/library/folders', json({ folder }));
export const removeFromLibrary = (folder: string) =>
  call<LibraryAnswer>('/api/library/folders/remove', json({ folder }));
export const scanLibrary = (again: boolean) => call<LibraryAnswer>('/api/library/scan', json({ again }));
export const cancelLibrary = () => call<LibraryAnswer>('/api/library/cancel', { method: 'POST' });
export const getProblems = () => get<ProblemAnswer[]>('/api/library/problems');
export const findSounds = (text: string, signal: AbortSignal) =>
  call<FoundAnswer>(`/api/library/find?text=${encodeURIComponent(text)}`, { signal });
export const describeSounds = (ids: readonly number[]) =>
  call<LibrarySound[]>('/api/library/sounds', json({ ids }));
export const drawSounds = (ids: readonly number[]) =>
  call<{ peaks: Record<number, number[]> }>('/api/library/peaks', json({ ids }));
export const getMap = () => get<MapAnswer>('/api/library/map');
/** Lay another map for the sounds that there are now; the number of the former one brings it back. */
export const layMap = () => call<MapAnswer>('/api/library/map/lay', { method: 'POST' });
export const useMap = (number: number) => call<MapAnswer>('/api/library/map/use', json({ number }));
export const librarySoundUrl = (id: number): string => `/api/library/sounds/${id}/sound.wav`;

interface Likeness {
  aspect: Aspect;
  text: string;
  count: number;
}
const likeQuery = ({ aspect, text, count }: Likeness) =>
  `like?aspect=${aspect}&text=${encodeURIComponent(text)}&count=${count}`;
export const findLike = (id: number, like: Likeness, signal: AbortSignal) =>
  call<LikeAnswer>(`/api/library/sounds/${id}/${likeQuery(like)}`, { signal });
export function findLikeFile(file: Blob, name: string, like: Likeness, signal: AbortSignal) {
  const body = new FormData();
  body.append('file', file, name);
  return call<LikeAnswer>(`/api/library/${likeQuery(like)}`, { method: 'POST', body, signal });
}

/** Find the sounds that somebody says; the server keeps nothing of the recording. */
export function findSpoken(file: Blob, text: string, count: number) {
  const body = new FormData();
  body.append('file', file, 'voice.wav');
  const query = `text=${encodeURIComponent(text)}&count=${count}`;
  return call<VoiceAnswer>(`/api/library/voice?${query}`, { method: 'POST', body });
}
/** What is to be said so that a voice can be scored. */
export const getVoiceTest = () => get<VoiceTestAnswer>('/api/library/voice/test');
/** Hear one imitation; the server keeps nothing of it, its traits are scored later. */
export function hearImitation(file: Blob, tag: string) {
  const body = new FormData();
  body.append('file', file, 'voice.wav');
  const query = new URLSearchParams({ tag });
  return call<HeardImitation>(`/api/library/voice/test/hear?${query}`, { method: 'POST', body });
}
export const scoreImitations = (imitations: { tag: string; traits: number[][] }[], learn: boolean) =>
  call<VoiceScore>('/api/library/voice/test', json({ imitations, learn }));
export const forgetVoice = () => call<VoiceTestAnswer>('/api/library/voice/test/forget', { method: 'POST' });
export const playSpoken = (pattern: PatternBody) =>
  callBytes('/api/library/voice/pattern.wav', json(pattern));
export const writeSpoken = (pattern: PatternBody) =>
  callBytes('/api/library/voice/pattern.mid', json(pattern));

/** Say which sounds have tags; the answer says it back. */
export const say = (sayings: readonly Saying[]) =>
  call<{ sayings: Saying[] }>('/api/library/say', json({ sayings }));
export const judge = (ids: readonly number[], verdict: Verdict) =>
  call<{ sayings: Saying[] }>('/api/library/judge', json({ ids, verdict }));
export const planSorting = (plan: PlanBody) => call<PlanAnswer>('/api/library/plans', json(plan));
export const applyPlan = (id: string) =>
  call<LibraryTask>(`/api/library/plans/${encodeURIComponent(id)}/apply`, { method: 'POST' });
/** Take a sorting back, if it is still the last one. */
export const undoSorting = (title: string) =>
  call<LibraryTask>(`/api/library/undo?title=${encodeURIComponent(title)}`, { method: 'POST' });
export const getLibraryTask = (id: string) =>
  get<LibraryTask>(`/api/library/tasks/${encodeURIComponent(id)}`);

export const getTeaching = () => get<TeachingAnswer>('/api/library/teaching');
export const teachFolder = (folder: string) =>
  call<{ sayings: Saying[] }>('/api/library/teach', json({ folder }));
export const hearLibrary = () => call<LibraryTask>('/api/library/hear', { method: 'POST' });
export const getSuggested = (tag: string, text: string, signal: AbortSignal) =>
  call<SuggestedAnswer>(`/api/library/suggested?${new URLSearchParams({ tag, text })}`, { signal });
export const getQuestions = (count: number) => get<Question[]>(`/api/library/questions?count=${count}`);
export const getWhy = (id: number, tag: string) =>
  get<WhyAnswer>(`/api/library/sounds/${id}/why?${new URLSearchParams({ tag })}`);

/** Edits of the tags themselves: each answer names the edit, by which `turnTags` takes it back. */
export const makeTag = (tag: MakeTagBody) => call<TagEditAnswer>('/api/library/tags', json(tag));
export const changeTag = (change: ChangeTagBody) =>
  call<TagEditAnswer>('/api/library/tags/change', json(change));
export const joinTags = (names: readonly string[], into: string) =>
  call<TagEditAnswer>('/api/library/tags/join', json({ names, into }));
export const removeTag = (name: string) => call<TagEditAnswer>('/api/library/tags/remove', json({ name }));
export const turnTags = (edit: string) => call<TagEditAnswer>('/api/library/tags/turn', json({ edit }));

/** The bytes of a sound that the server offers at an address of its own. */
export async function getBytes(url: string): Promise<ArrayBuffer> {
  const response = await send(url, {});
  return response.arrayBuffer();
}

async function callBytes(url: string, init: RequestInit): Promise<ArrayBuffer> {
  const response = await send(url, init);
  return response.arrayBuffer();
}

const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

const get = <T>(url: string): Promise<T> => call<T>(url, {});

async function call<T>(url: string, init: RequestInit): Promise<T> {
  const response = await send(url, init);
  return (await response.json()) as T;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError('Drumlin does not answer: is it still running?', 0);
  }
  if (!response.ok) throw new ApiError(await reasonOf(response), response.status);
  return response;
}

async function reasonOf(response: Response): Promise<string> {
  try {
    const answer = (await response.json()) as { error?: string };
    if (answer.error) return answer.error;
  } catch {
    // no JSON: the status has to do
  }
  return `${response.status} ${response.statusText}`;
}
