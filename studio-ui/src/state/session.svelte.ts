/** What is played: the instrument, the note, and the way back to everything played before. */
import * as api from '../api/client';
import type {
  InstrumentAnswer,
  InstrumentSummary,
  MorphBody,
  NoteBody,
  ParameterModel,
  ResidualBody,
} from '../api/types';
import { filled, peaksOf } from '../audio/readouts';
import {
  anchorOfFound,
  anchorOfUnknown,
  carriedOver,
  chosenClasses,
  heaviestClass,
  isSameNote,
  movedTo,
  quantise,
  restingNote,
  type Place,
  type VoiceParameter,
} from './note';
import { labelAt } from './places';
import type { HeardSound, Player } from './player.svelte';
import type { Settings } from './settings.svelte';
import { Timeline } from './timeline';

export interface Snapshot {
  instrument: string;
  note: NoteBody;
  /** The dropped sound that the note is near to. */
  anchor?: NoteBody | undefined;
}

export interface HistoryEntry extends Snapshot {
  id: number;
  kinds: readonly string[];
  peaks: Float32Array;
}

/** An instrument that is on its way. */
interface Arrival {
  instrument: string;
  /** Whether it can be given up: what undo and redo bring back cannot. */
  isChosen: boolean;
  /** The last gesture that ended meanwhile. */
  gesture?: string;
}

const LONGEST_HISTORY = 50;
const THUMBNAIL_COLUMNS = 40;

export class Session {
  instruments = $state.raw<InstrumentSummary[]>([]);
  instrument = $state.raw<InstrumentAnswer>();
  note = $state.raw<NoteBody>(restingNote());
  /** The knobs that every instrument has. */
  voice = $state.raw<ParameterModel[]>([]);
  history = $state.raw<HistoryEntry[]>([]);
  canUndo = $state(false);
  canRedo = $state(false);
  readonly timeline = new Timeline(() => {
    this.canUndo = this.timeline.canUndo;
    this.canRedo = this.timeline.canRedo;
  });

  private committed: Snapshot | undefined;
  /** What the hand does while an instrument is on its way is heard at once, and counts as done after it came. */
  private arriving = $state.raw<Arrival>();
  private entries = 0;
  private readonly details = new Map<string, Promise<InstrumentAnswer>>();
  /** A dropped sound's carry belongs to its place and fades with the distance from it. */
  private anchor = $state.raw<NoteBody>();
  private readonly watchers = new Set<() => void>();
  /** A place between four notes that was asked for: which note it is, the server has not said yet. */
  private between: { morph: MorphBody; gesture?: string } | undefined;
  private readonly betweens = new WeakMap<NoteBody, MorphBody>();

  constructor(
    private readonly player: Player,
    private readonly settings: Settings,
  ) {
    player.onSound((sound) => {
      this.follow(sound);
      this.remember(sound);
    });
  }

  /** The kind of sound that plays: the class it was told, or what lies around the cursor. */
  readonly label = $derived(this.labelOf(this.note));
  readonly kinds = $derived(this.kindsOf(this.note, this.anchor));
  /** The classes chosen by hand, two where they are mixed; none: the place chooses, or a dropped sound. */
  readonly chosenClasses = $derived(chosenClasses(this.note, this.anchor));

  /** Hear of every change of note or instrument, also of an instrument that is on its way. */
  onChange(watcher: () => void): void {
    this.watchers.add(watcher);
  }

  /** Load the list, and the instrument that was played last. */
  async begin(voice: ParameterModel[]): Promise<void> {
    this.voice = voice;
    await this.refresh();
    const playable = this.instruments.filter(({ error }) => !error);
    const wanted = playable.find(({ id }) => id === this.settings.instrument) ?? playable[0];
    if (!wanted) return;
    this.instrument = await this.detailsOf(wanted.id);
    this.committed = this.snapshot();
    this.player.play(wanted.id, this.note, { silent: true });
  }

  /** Ask for the list again; an instrument that learned meanwhile is loaded anew and heard. */
  async refresh(): Promise<void> {
    this.instruments = await api.getInstruments();
    const current = this.instruments.find(({ id }) => id === this.instrument?.id);
    if (!this.instrument || !current || current.revision === this.instrument.revision) return;
    const details = await this.detailsOf(current.id);
    if (this.instrument.id !== current.id) return; // another came meanwhile
    this.instrument = details;
    this.change(this.note, { silent: !this.player.looping });
  }

  detailsOf(id: string): Promise<InstrumentAnswer> {
    const revision = this.instruments.find((instrument) => instrument.id === id)?.revision ?? '';
    const key = `${id} ${revision}`;
    let details = this.details.get(key);
    if (!details) {
      details = api.getInstrument(id);
      details.catch(() => this.details.delete(key));
      this.details.set(key, details);
    }
    return details;
  }

  moveTo(place: Place): void {
    this.change(movedTo(this.note, place, this.anchor));
  }

  moveBy(x: number, y: number): void {
    this.moveTo({ x: this.note.x + x, y: this.note.y + y });
  }

  valueOf(parameter: ParameterModel): number {
    if (this.isVoice(parameter)) return this.note[parameter.name as VoiceParameter] ?? parameter.default;
    return this.note.controls[parameter.name] ?? parameter.default;
  }

  setValue(parameter: ParameterModel, value: number): void {
    const quantised = quantise(Math.min(parameter.maximum, Math.max(parameter.minimum, value)));
    if (this.isVoice(parameter)) {
      const isWhole = parameter.name === 'length' && quantised >= parameter.maximum;
      this.change({ ...this.note, [parameter.name]: isWhole ? null : quantised });
    } else {
      this.change({ ...this.note, controls: { ...this.note.controls, [parameter.name]: quantised } });
    }
  }

  /** Go to a note: one that was found for a dropped sound, or one that a file or a corner tells. */
  setNote(note: NoteBody, title: string, { silent = false, isFound = false } = {}): void {
    this.anchor = isFound ? anchorOfFound(note) : anchorOfUnknown(note, this.classes);
    this.change(note, { silent });
    this.commit(title);
  }

  /** Mix a dropped sound back into the note. */
  mixBack(residual: ResidualBody | null): void {
    this.change({ ...this.note, residual });
  }

  /** Play what lies between four notes; the note follows when the server has said which one it is. */
  playBetween(morph: MorphBody): void {
    if (!this.instrument) return;
    this.between = { morph };
    this.player.play(this.instrument.id, this.note, { morph });
  }

  /** Where between four notes a note lies, if it was found there. */
  placeBetween(note: NoteBody): MorphBody | undefined {
    return this.betweens.get(note);
  }

  /** Tell that a note lies at a place between four. */
  putBetween(note: NoteBody, morph: MorphBody): void {
    this.betweens.set(note, morph);
  }

  /** Whether a place between four notes was asked for whose note is not known yet. */
  get isUnderway(): boolean {
    return this.between !== undefined;
  }

  /** A note is refused: where it mixes a dropped sound back, play on without. False if that cannot be the trouble. */
  doWithout({ note, morph }: { note: NoteBody; morph?: MorphBody | undefined }): boolean {
    if (morph) {
      this.between = undefined;
      return morph.corners.some(({ residual }) => residual);
    }
    if (note.residual && isSameNote(note, this.note)) this.change({ ...note, residual: null });
    return note.residual !== null;
  }

  /** Play these classes wherever the cursor is, as a hand chose them; none: what lies near it. */
  playClasses(classes: NoteBody['classes']): void {
    if (this.anchor) this.anchor = { ...this.anchor, classes: {} };
    this.change({ ...this.note, classes });
  }

  /** The instrument that the list shows: the one that plays, or the one that is on its way. */
  get chosen(): string {
    return this.arriving?.instrument ?? this.instrument?.id ?? '';
  }

  /** Play the same note with another instrument; of several that are on their way the last one wins. */
  async choose(id: string): Promise<void> {
    if (id === this.chosen) return;
    this.abandon();
    if (id === this.chosen) return;
    await this.apply({ instrument: id }, () => this.commit('Change of instrument'));
  }

  /** Give up an instrument that was chosen and has not come yet; false if there is none. */
  abandon(): boolean {
    const { arriving } = this;
    if (!arriving?.isChosen) return false;
    this.endArrival(arriving);
    return true;
  }

  async chooseNext(): Promise<void> {
    const playable = this.instruments.filter(({ error }) => !error);
    const here = playable.findIndex(({ id }) => id === this.chosen);
    const next = playable[(here + 1) % playable.length];
    if (next) await this.choose(next.id);
  }

  /** A gesture ended: what it changed becomes one step that can be taken back. */
  commit(title: string): void {
    if (this.arriving ?? this.between) {
      (this.arriving ?? this.between)!.gesture = title;
      return;
    }
    const before = this.committed;
    const after = this.snapshot();
    if (!before || !after || (before.instrument === after.instrument && isSameNote(before.note, after.note)))
      return;
    this.committed = after;
    this.timeline.add({ title, undo: () => this.restore(before), redo: () => this.restore(after) });
    if (this.player.sound) this.remember(this.player.sound);
  }

  snapshot(): Snapshot | undefined {
    const { instrument, note, anchor } = this;
    return instrument && { instrument: instrument.id, note, anchor };
  }

  /** Go back to something that was played, as a new step. */
  async revisit(snapshot: Snapshot): Promise<void> {
    this.abandon();
    await this.apply(snapshot, () => this.commit('Back to an earlier sound'));
  }

  private async restore(snapshot: Snapshot): Promise<void> {
    await this.apply(snapshot, () => (this.committed = this.snapshot()), { isChosen: false });
  }

  /** Play a note, by default the present one, with an instrument, and `settle` that as a step. */
  private async apply(
    { instrument, note, anchor }: Partial<Snapshot> & Pick<Snapshot, 'instrument'>,
    settle: () => void,
    { isChosen = true } = {},
  ): Promise<void> {
    const { note: before, chosenClasses: chosen } = this;
    const arrival: Arrival = { instrument, isChosen };
    if (instrument !== this.instrument?.id && !(await this.receive(arrival))) return;
    const meanwhile = this.note === before ? undefined : this.suited(this.note, this.chosenClasses);
    const target = note ?? this.suited(before, chosen);
    this.anchor = anchor;
    this.note = target;
    settle();
    this.change(meanwhile ?? target);
    if (arrival.gesture) this.commit(arrival.gesture);
  }

  /** Wait for an instrument and make it the one that plays; false if another was wanted meanwhile. */
  private async receive(arrival: Arrival): Promise<boolean> {
    this.arriving = arrival;
    this.tell();
    try {
      const details = await this.detailsOf(arrival.instrument);
      if (this.arriving !== arrival) return false;
      this.arriving = undefined;
      this.instrument = details;
      this.settings.change({ instrument: details.id });
      return true;
    } catch (error) {
      if (this.arriving !== arrival) return false;
      this.endArrival(arrival);
      throw error;
    }
  }

  private endArrival({ gesture }: Arrival): void {
    this.arriving = undefined;
    if (gesture) this.commit(gesture);
  }

  private suited(note: NoteBody, chosen: readonly string[]): NoteBody {
    return this.instrument ? carriedOver(note, this.instrument, chosen) : note;
  }

  /** The classes of the instrument. */
  get classes(): readonly string[] {
    return this.instrument?.classes ?? [];
  }

  /** The kinds of sound that a note plays: two classes that a hand mixed, or one. */
  kindsOf(note: NoteBody, anchor?: NoteBody): readonly string[] {
    const chosen = chosenClasses(note, anchor);
    return chosen.length > 1 ? chosen : [this.labelOf(note)];
  }

  labelOf(note: NoteBody): string {
    return heaviestClass(note) || labelAt(this.instrument?.points ?? [], note);
  }

  private change(note: NoteBody, { silent = false } = {}): void {
    this.note = note;
    this.between = undefined;
    if (this.instrument) this.player.play(this.instrument.id, note, { silent });
    this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }

  private isVoice({ name }: ParameterModel): boolean {
    return !this.instrument?.controls.some((control) => control.name === name);
  }

  /** The sound between four notes came, and tells its note; a gesture that ended meanwhile is a step now. */
  private follow({ instrument, note, morph }: HeardSound): void {
    if (!morph || !this.between || instrument !== this.instrument?.id) return;
    this.betweens.set(note, morph);
    const isCorner = Number.isInteger(morph.u) && Number.isInteger(morph.v);
    this.anchor = isCorner ? anchorOfUnknown(note, this.classes) : anchorOfFound(note);
    this.note = note;
    this.tell();
    if (morph !== this.between.morph) return;
    const { gesture } = this.between;
    this.between = undefined;
    if (gesture) this.commit(gesture);
  }

  /** The strip of sounds holds those at which a gesture ended. */
  private remember({ instrument, note, samples }: HeardSound): void {
    const last = this.history[0];
    if (!this.committed || this.committed.instrument !== instrument || !isSameNote(this.committed.note, note))
      return;
    if (last && last.instrument === instrument && isSameNote(last.note, note)) return;
    const kinds = this.kindsOf(note, this.committed.anchor);
    const peaks = filled(peaksOf(samples, THUMBNAIL_COLUMNS));
    const entry = { ...this.committed, id: ++this.entries, kinds, peaks };
    this.history = [entry, ...this.history].slice(0, LONGEST_HISTORY);
  }
}
