/** Pieces: a track goes in, its timeline is mended, a new piece comes out and is heard beside it. */
import * as api from '../api/client';
import type {
  KeyChoice,
  PieceAnswer,
  PieceNews,
  PieceRequest,
  PieceSummary,
  PlainNote,
  RegionAnswer,
  StylesAnswer,
  TaskAnswer,
} from '../api/types';
import { trackOf } from './film';
import type { Notices } from './notices.svelte';
import { PieceAudio } from './piece-audio.svelte';
import {
  alike,
  changeDrums,
  changeKey,
  changeRegions,
  join,
  moveBoundary,
  reshape,
  restyle,
  scaleTempo,
  split,
} from './requests';
import type { Session } from './session.svelte';
import type { Kept, Settings } from './settings.svelte';
import { Timeline as Steps } from './timeline';

type Edit = (request: PieceRequest) => PieceRequest;

export class Pieces {
  list = $state.raw<PieceSummary[]>([]);
  styles = $state.raw<StylesAnswer>();
  piece = $state.raw<PieceAnswer>();
  /** What is being done for the piece; told by events, so newer than the piece itself. */
  task = $state.raw<TaskAnswer | null>(null);
  /** Why a track that was dropped cannot be used; stays until another is tried. */
  refusal = $state('');
  /** The track that is on its way to the server. */
  arriving = $state('');
  /** Whether an edit of a part goes to all that are like it. */
  editsAlike = $state(true);
  canUndo = $state(false);
  canRedo = $state(false);
  readonly audio: PieceAudio;
  private selectedId = $state('');
  private steps = this.newSteps();
  private queue: Promise<unknown> = Promise.resolve();
  /** What waits for the render to be done. */
  private afterRender: (() => void) | undefined;

  constructor(
    private readonly session: Session,
    private readonly notices: Notices,
    settings: Settings,
  ) {
    this.audio = new PieceAudio(settings);
  }

  readonly regions = $derived(this.piece?.regions ?? []);
  readonly selected = $derived(this.regions.find(({ id }) => id === this.selectedId) ?? this.regions[0]);
  readonly isHearing = $derived(isActive(this.task) && this.task?.kind === 'hear');
  readonly isRendering = $derived(isActive(this.task) && this.task?.kind === 'render');
  readonly failure = $derived(this.task?.state === 'failed' ? this.task.error : '');
  /** Whether what is heard is what is asked for. */
  readonly isCurrent = $derived(this.piece?.render?.is_current ?? false);

  /** Everything that the view needs when it is first shown. */
  async open(): Promise<void> {
    if (!this.styles) this.styles = await api.getStyles();
    await this.refreshList();
  }

  /** Loudness is matched, or no longer. */
  rematch(): void {
    if (this.piece) this.audio.match(this.piece);
  }

  /** Another server answers, or events were missed. */
  async catchUp(): Promise<void> {
    if (!this.piece) return;
    await this.take(await api.getPiece(this.piece.id));
  }

  select(id: string): void {
    if (this.selectedId === id) return;
    this.selectedId = id;
    if (this.audio.isLooping) this.loopSelected();
  }

  selectBy(step: number): void {
    const { regions, selected } = this;
    const index = regions.findIndex((region) => region === selected) + step;
    const next = regions[Math.min(regions.length - 1, Math.max(0, index))];
    if (next) this.select(next.id);
  }

  /** A track, or a film whose sound it is. */
  async drop(file: File): Promise<void> {
    this.refusal = '';
    this.arriving = file.name;
    try {
      await this.forgetUnheard();
      const track = await trackOf(file);
      await this.show(await api.beginPieceWithTrack(track.blob, track.name));
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
      this.notices.speak(this.refusal);
    } finally {
      this.arriving = '';
    }
  }

  async begin(duration_s: number, descriptor: string): Promise<void> {
    this.refusal = '';
    await this.show(await api.beginPiece({ duration_s, descriptor }));
  }

  async choose(id: string): Promise<void> {
    if (id !== this.piece?.id) await this.show(await api.getPiece(id));
  }

  /** Go back to where a piece begins. */
  async leave(): Promise<void> {
    await this.forgetUnheard();
    this.audio.forget();
    this.piece = undefined;
    this.task = null;
    await this.refreshList();
  }

  async remove(id: string): Promise<void> {
    const name = this.list.find((piece) => piece.id === id)?.name ?? '';
    if (id === this.piece?.id) await this.leave();
    await api.deletePiece(id);
    await this.refreshList();
    this.notices.show(`Deleted ${name}`, { label: 'Undo', run: () => void this.bringBack(name) });
  }

  /** Hear the track once more. */
  async hearAgain(): Promise<void> {
    if (this.piece) await this.take(await api.hearPiece(this.piece.id));
  }

  async cancel(): Promise<void> {
    this.afterRender = undefined;
    if (this.piece) await this.take(await api.cancelPiece(this.piece.id));
  }

  // What is asked for.

  /** The parts that an edit of the selected one changes. */
  get scope(): string[] {
    const { piece, selected } = this;
    if (!piece?.request || !selected) return [];
    return this.editsAlike ? alike(piece.request, selected.id) : [selected.id];
  }

  /** How many parts are like the selected one, itself included. */
  get twins(): number {
    const { piece, selected } = this;
    return piece?.request && selected ? alike(piece.request, selected.id).length : 0;
  }

  restyle(descriptor: string): Promise<void> {
    return this.edit('Style', (request) => restyle(request, this.scope, descriptor));
  }

  /** Another tempo of the selected part, or undefined: as the style has it. */
  retime(tempo_bpm: number | undefined): Promise<void> {
    return this.edit('Tempo', (request) =>
      changeRegions(request, this.scope, () => ({ tempo_bpm, bars: undefined })),
    );
  }

  rekey(key: { tonic: string; mode: string } | undefined): Promise<void> {
    return this.edit('Key', (request) => changeRegions(request, this.scope, () => ({ key })));
  }

  reband(instruments: string[] | undefined): Promise<void> {
    return this.edit('Band', (request) =>
      changeRegions(request, this.scope, () => ({ instruments, layers: undefined })),
    );
  }

  /** The whole piece in another tempo: half, double, or another reading of the track. */
  scaleTempo(factor: number): Promise<void> {
    const tempi = Object.fromEntries(this.regions.map(({ id, tempo_bpm }) => [id, tempo_bpm]));
    return this.edit('Tempo of the piece', (request) => scaleTempo(request, tempi, factor));
  }

  changeKey(key: Pick<KeyChoice, 'tonic' | 'mode'>): Promise<void> {
    return this.edit('Key of the piece', (request) => changeKey(request, key));
  }

  reshape(form: { letters: string; starts_s: readonly number[] }): Promise<void> {
    return this.edit('Form', (request) => reshape(request, form));
  }

  moveBoundary(id: string, at_s: number): Promise<void> {
    return this.edit('Boundary', (request) => moveBoundary(request, id, at_s));
  }

  async splitAt(at_s: number): Promise<void> {
    const region = this.regions.find(({ start_s, end_s }) => at_s >= start_s && at_s < end_s);
    if (region) await this.edit('Divide a part', (request) => split(request, region.id, at_s));
  }

  async joinSelected(): Promise<void> {
    const { selected } = this;
    if (selected && this.regions.length > 1)
      await this.edit('Join parts', (request) => join(request, selected.id));
  }

  /** Compose something of the selected parts anew, and render it where there is a render already. */
  retake(role: string): Promise<void> {
    const roles = role === 'all' ? this.rolesOf(this.selected) : [role];
    const again = (takes: Record<string, number> = {}) =>
      Object.fromEntries([...Object.entries(takes), ...roles.map((name) => [name, (takes[name] ?? 0) + 1])]);
    return this.edit(
      `Another take: ${role}`,
      (request) =>
        changeRegions(request, this.scope, ({ takes }) => ({
          takes: again(takes) as Record<string, number>,
        })),
      { renders: true },
    );
  }

  /** Roles of a part that can be composed anew. */
  rolesOf(region: RegionAnswer | undefined): string[] {
    const roles = region?.instruments.map((name) => name.split('_')[0]!) ?? [];
    return [...new Set(['harmony', ...roles])];
  }

  /** All of the piece by other chances. */
  vary(): Promise<void> {
    return this.edit(
      'Variation',
      (request) => ({
        ...request,
        timeline: { ...request.timeline, seed: ((request.timeline.seed ?? 0) + 1) % 2 ** 32 },
      }),
      { renders: true },
    );
  }

  /** Other drums for the piece, or for the selected part alone. */
  redrum(change: Parameters<typeof changeDrums>[2], id?: string): Promise<void> {
    return this.edit('Drums', (request) => changeDrums(request, id, change), { renders: true });
  }

  /** The pad's sound as a note of a kit: without what is mixed back. */
  padNote(): PlainNote {
    const { residual, ...note } = this.session.note;
    void residual;
    return note;
  }

  /** Change what is asked for; a step that can be taken back. */
  edit(title: string, change: Edit, { renders = false } = {}): Promise<void> {
    return this.inTurn(async () => {
      const before = this.piece?.request;
      if (!this.piece || !before) return;
      const after = change(before);
      if (JSON.stringify(after) === JSON.stringify(before)) return;
      await this.write(after);
      this.steps.add({ title, undo: () => this.write(before), redo: () => this.write(after) });
      if (renders && this.piece.render) await this.beginRender(false);
    });
  }

  undo(): Promise<void> {
    return this.inTurn(async () => {
      const step = await this.steps.undo();
      this.notices.speak(step ? `Undone: ${step.title}` : 'Nothing to undo');
    });
  }

  redo(): Promise<void> {
    return this.inTurn(async () => {
      const step = await this.steps.redo();
      this.notices.speak(step ? `Done again: ${step.title}` : 'Nothing to redo');
    });
  }

  /** Whatever changes the piece, or is made of it, waits for what was begun before. */
  private inTurn(act: () => Promise<void>): Promise<void> {
    const turn = this.queue.then(act);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  // What comes out.

  render({ stems = false } = {}): Promise<void> {
    return this.inTurn(() => this.beginRender(stems));
  }

  private async beginRender(stems: boolean): Promise<void> {
    if (!this.piece) return;
    await this.take(await api.renderPiece(this.piece.id, stems));
    if (!this.isRendering) await this.hearRender();
  }

  /** Keep the piece as it is asked for now: what is missing is rendered first. */
  async keep(wanted: Kept): Promise<void> {
    const { piece } = this;
    if (!piece) return;
    const isThere = piece.render?.is_current && (!wanted.stems || piece.render.has_stems);
    if (!isThere) {
      const rendered = new Promise<void>((resolve) => (this.afterRender = resolve));
      await this.render({ stems: wanted.stems });
      if (this.isRendering) await rendered;
      if (!this.piece?.render?.is_current) return;
    }
    const { name, files } = await api.keepPiece(piece.id, wanted);
    let kept = name;
    this.steps.add({
      title: `Keep ${name}`,
      undo: async () => void (await api.undo(`Keep ${kept}`)),
      redo: async () => void (kept = (await api.keepPiece(piece.id, wanted)).name),
    });
    this.notices.show(`Kept ${name}: ${files.length} files in the crate`);
  }

  /** News of a piece. */
  hear({ id, task }: PieceNews): void {
    if (id !== this.piece?.id) return;
    const before = this.task;
    this.task = task;
    if (isActive(task) || (before && before.id === task.id && before.state === task.state)) return;
    void this.settle(task);
  }

  private async settle(task: TaskAnswer): Promise<void> {
    await this.catchUp();
    if (isActive(this.task)) return; // it gave way to a newer one
    if (task.state === 'failed') this.notices.trouble(task.error);
    if (task.state === 'done' && task.kind === 'hear') this.notices.speak('The track was heard');
    if (task.state === 'done' && task.kind === 'render') await this.hearRender();
    this.afterRender?.();
    this.afterRender = undefined;
  }

  private async hearRender(): Promise<void> {
    await this.loadAudio();
    this.audio.choose('render');
    this.notices.speak('The piece is rendered');
  }

  private async show(piece: PieceAnswer): Promise<void> {
    this.audio.forget();
    this.steps = this.newSteps();
    this.selectedId = '';
    await Promise.all([this.take(piece), this.refreshList()]);
    this.audio.choose(this.piece?.render ? 'render' : 'reference');
  }

  private async take(piece: PieceAnswer): Promise<void> {
    this.piece = piece;
    this.task = piece.task;
    if (this.audio.isLooping) this.loopSelected();
    await this.loadAudio();
  }

  private async write(request: PieceRequest): Promise<void> {
    if (this.piece) await this.take(await api.writePiece(this.piece.id, request));
  }

  private async loadAudio(): Promise<void> {
    const { piece } = this;
    if (piece) await this.audio.load(piece, () => piece.id === this.piece?.id);
  }

  /** Play the selected part again and again, or all to the end. */
  toggleLoop(): void {
    if (this.audio.isLooping) this.audio.loop(undefined);
    else this.loopSelected();
  }

  private loopSelected(): void {
    const { selected } = this;
    this.audio.loop(selected && { start_s: selected.start_s, end_s: selected.end_s });
  }

  /** What could not be heard is no piece. */
  private async forgetUnheard(): Promise<void> {
    const { piece } = this;
    if (piece && !piece.request && this.task?.state === 'failed') {
      this.piece = undefined;
      this.task = null;
      await api.deletePiece(piece.id);
    }
  }

  private async refreshList(): Promise<void> {
    this.list = await api.getPieces();
  }

  private async bringBack(name: string): Promise<void> {
    try {
      await api.undo(`Delete ${name}`);
      await this.refreshList();
    } catch (error) {
      this.notices.trouble(error);
    }
  }

  private newSteps(): Steps {
    const steps: Steps = new Steps(() => {
      this.canUndo = steps.canUndo;
      this.canRedo = steps.canRedo;
    });
    this.canUndo = this.canRedo = false;
    return steps;
  }
}

export const isActive = (task: TaskAnswer | null | undefined): boolean =>
  task?.state === 'running' || task?.state === 'queued';
