/** The page's state in one place, and the actions of the registry by name. */
import * as api from '../api/client';
import { listenToEvents } from '../api/events';
import { encodeWav } from '../audio/encode-wav';
import type { ActionModel, NoteBody, ParameterModel, StateAnswer } from '../api/types';
import { Alike } from './alike.svelte';
import { Classes } from './classes.svelte';
import { Comparison } from './comparison.svelte';
import { Crate, download } from './crate.svelte';
import { Drawers } from './drawers.svelte';
import { DropTarget } from './dropped.svelte';
import { chordsOf, keyCaps } from './keys';
import { Learning } from './learning.svelte';
import { Library } from './library.svelte';
import { CORNERS, Morph, type Corner } from './morph.svelte';
import { Notices } from './notices.svelte';
import { inWords, neighbourInOrder, randomNear, randomPlace } from './places';
import { OutgoingSound } from './outgoing.svelte';
import { Pieces } from './pieces.svelte';
import { Player } from './player.svelte';
import { Session } from './session.svelte';
import { Settings } from './settings.svelte';
import { Voice } from './voice.svelte';

/** Knobs of the registry that the voice has, in the order of the page. */
const VOICE = ['pitch', 'length', 'velocity'];

/** Keys of the pinned tags. */
const PINS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What the window shows: the pad, a piece, or the library. */
export const VIEWS = ['play', 'piece', 'library'] as const;
export type View = (typeof VIEWS)[number];

const SPOKEN: Record<View, string> = { play: 'The pad', piece: 'A piece', library: 'The library' };

export class Studio {
  server = $state.raw<StateAnswer>();
  actions = $state.raw<ActionModel[]>([]);
  parameters = $state.raw<ParameterModel[]>([]);
  /** Why the page cannot begin; empty while all is well. */
  failure = $state('');
  isReady = $state(false);
  view = $state<View>('play');

  readonly notices = new Notices();
  readonly settings = new Settings();
  readonly player = new Player(this.settings);
  readonly session = new Session(this.player, this.settings);
  readonly classes = new Classes(this.session);
  readonly crate = new Crate(this.session, this.notices);
  readonly comparison = new Comparison(this.session, this.player);
  readonly learning = new Learning(this.session, this.notices);
  readonly morph = new Morph(this.session);
  readonly pieces = new Pieces(this.session, this.notices, this.settings);
  readonly library = new Library(this.player, this.notices, this.settings);
  readonly drop = new DropTarget(
    this.session,
    this.player,
    () => ({ upload_limit: this.server?.upload_limit ?? Infinity, refines: this.hasFiles }),
    (text) => this.notices.show(text),
  );
  readonly alike = new Alike(this.session, this.library, {
    drop: async (file) => {
      this.show('play');
      await this.drop.drop(file);
    },
    go: (note) => {
      this.show('play');
      this.session.setNote(note, 'From a gap on the map', { isFound: true });
    },
    keep: async (instrument, note) => {
      const { name } = await this.crate.keep({ instrument, note, anchor: undefined });
      this.notices.show(`Kept ${name}`);
    },
  });
  readonly voice = new Voice(this.player, this.library, this.notices);
  readonly outgoing = new OutgoingSound(this.session);
  readonly drawers = new Drawers((drawer) => this.hasFiles || (drawer !== 'learn' && drawer !== 'crate'));

  constructor() {
    this.player.refused = (message, asked) => {
      if (!this.session.doWithout(asked)) return false;
      if (asked.morph) this.morph.doWithout();
      this.notices.show(message);
      return true;
    };
  }

  /** Whether this is the studio on the user's own machine, with a crate and learning. */
  get hasFiles(): boolean {
    return this.server?.mode === 'studio';
  }

  async begin(): Promise<void> {
    try {
      const [server, registry] = await Promise.all([api.getState(), api.getRegistry()]);
      this.server = server;
      this.actions = registry.actions;
      this.parameters = registry.parameters;
      await this.session.begin(registry.parameters.filter(({ name }) => VOICE.includes(name)));
      if (this.hasFiles) await this.beginFiles();
      this.drawers.begin();
      this.isReady = true;
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  /** The knob of the registry with this name. */
  parameter(name: string): ParameterModel | undefined {
    return this.parameters.find((parameter) => parameter.name === name);
  }

  /** Words for a button with the key that does the same: `Keep (K)`. */
  tooltip(words: string, action: string): string {
    const key = this.keyFor(action);
    return key ? `${words} (${key})` : words;
  }

  /** The key of an action as it stands on the keyboard; empty if it has none. */
  keyFor(action: string): string {
    const key = this.actions.find(({ name }) => name === action)?.key;
    const [chord] = chordsOf(key ?? '');
    return chord ? keyCaps(chord).join(' ') : '';
  }

  /** Whether the page knows the action, where it is now: the play-only form has no files and no pieces. */
  can(name: string): boolean {
    const action = this.actions.find((action) => action.name === name);
    if (!action || !(name in this.handlers) || !['', this.view].includes(action.view)) return false;
    return this.hasFiles || !['crate', 'learn', 'other_view', 'pad_library'].includes(name);
  }

  /** Actions whose keys count now. */
  get present(): ActionModel[] {
    return this.actions.filter(({ name }) => this.can(name));
  }

  /** Show the pad, a piece or the library; what plays where one was stops. */
  show(view: View): void {
    if (view === this.view || !this.hasFiles) return;
    this.view = view;
    this.voice.cancel();
    this.pieces.audio.stop();
    this.attempt(() => this.library.ears.stop());
    this.notices.speak(SPOKEN[view]);
  }

  /** Do what an action of the registry says. */
  run(name: string): void {
    const act = this.handlers[name];
    if (act) this.attempt(act);
  }

  /** Run something that may be refused, and show why it was. */
  attempt(act: () => unknown): void {
    Promise.resolve()
      .then(act)
      .catch((error: unknown) => this.notices.trouble(error));
  }

  private readonly handlers: Record<string, () => unknown> = {
    toggle_loop: () => this.player.setLoop(!this.player.looping),
    play: () => this.player.replay(),
    stop: () => this.stop(),
    random_near: () => this.jump(randomNear(this.session.note), 'Nearby'),
    random: () => this.jump(randomPlace(this.points), 'Anywhere'),
    next_sample: () => this.jump(neighbourInOrder(this.points, this.session.note, 1), 'Next sound'),
    previous_sample: () => this.jump(neighbourInOrder(this.points, this.session.note, -1), 'Previous sound'),
    keep: () => this.keep(),
    next_instrument: () => this.session.chooseNext(),
    next_class: () => this.classes.chooseBy(1),
    previous_class: () => this.classes.chooseBy(-1),
    compare: () => this.compare(),
    original: () => this.drop.alternate(),
    like_original: () => this.drop.mixAllOrNone(),
    morph: () => this.morph.toggle(),
    corner_a: () => this.putIntoCorner('A'),
    corner_b: () => this.putIntoCorner('B'),
    corner_c: () => this.putIntoCorner('C'),
    corner_d: () => this.putIntoCorner('D'),
    spectrogram: () =>
      this.settings.change({ picture: this.settings.picture === 'waveform' ? 'spectrogram' : 'waveform' }),
    attack: () => this.settings.change({ zoomed: !this.settings.zoomed }),
    pad_library: () => this.likeThePlace(),
    undo: () => this.undo(),
    redo: () => this.redo(),
    other_view: () => this.show(VIEWS[(VIEWS.indexOf(this.view) + 1) % VIEWS.length]!),
    piece_play: () => this.pieces.audio.toggle(),
    piece_side: () => this.pieces.audio.alternate(),
    piece_loop: () => this.pieces.toggleLoop(),
    piece_next: () => this.pieces.selectBy(1),
    piece_previous: () => this.pieces.selectBy(-1),
    piece_split: () => this.pieces.splitAt(this.pieces.audio.position),
    piece_join: () => this.pieces.joinSelected(),
    piece_take: () => this.pieces.retake('all'),
    piece_vary: () => this.pieces.vary(),
    piece_render: () => this.pieces.render(),
    piece_keep: () => this.pieces.keep(this.settings.kept),
    library_next: () => this.step(1),
    library_previous: () => this.step(-1),
    library_keep: () => this.library.words.judge('kept'),
    library_reject: () => this.library.words.judge('rejected'),
    library_play: () => (this.voice.isTesting ? this.voice.test.hear() : this.library.hear()),
    library_more: () => this.library.extendTo(this.library.index + 1),
    library_less: () => this.library.extendTo(this.library.index - 1),
    library_all: () => this.library.selectAll(),
    library_search: () => (this.library.wanted = 'search'),
    library_tag: () => (this.library.wanted = 'tag'),
    ...Object.fromEntries(
      PINS.map((number) => [`library_tag_${number}`, () => this.library.words.togglePinned(number)]),
    ),
    library_like: () => this.library.likeThis(),
    library_pad: () => this.likeThePad(),
    library_voice: () => this.library.isEmpty || this.voice.listening.holding.press(performance.now()),
    library_where: () => this.showPlace(),
    library_teach: () => this.library.showPanel('teach'),
    library_ask: () => this.library.showPanel('ask'),
    library_tags: () => this.library.showPanel('tags'),
    library_yes: () => this.library.words.answerBy('yes'),
    library_no: () => this.library.words.answerBy('no'),
    library_skip: () => this.library.teaching.skip(),
    library_why: () => this.explain(),
    library_map: () => this.library.map.toggle(),
    library_sort: () => this.library.showPanel('sort'),
    library_folders: () => this.library.showPanel('folders'),
    help: () => this.drawers.toggle('keys'),
    crate: () => this.drawers.toggle('crate'),
    history: () => this.drawers.toggle('history'),
    learn: () => this.drawers.toggle('learn'),
    settings: () => this.drawers.toggle('settings'),
  };

  /** Write the sound into the crate and offer the download; in the play-only form there is only the download. */
  async keep(): Promise<void> {
    const snapshot = this.session.snapshot();
    if (!snapshot) return;
    if (!this.hasFiles) {
      const words = this.session.label || 'hit';
      download(await api.renderSound(snapshot.instrument, snapshot.note), `drumlin_${words}.wav`);
      this.notices.speak('Downloaded');
      return;
    }
    const { name, url } = await this.crate.keep(snapshot);
    this.notices.show(`Kept ${name}`, {
      label: 'Download',
      run: () => this.attempt(() => this.download(url, name)),
    });
  }

  /** Put a note into a corner of the square, by default the one that plays, and say so. */
  putIntoCorner(corner: Corner, note?: NoteBody): void {
    this.morph.put(corner, note);
    this.tellCorner(corner);
  }

  /** The same with a kept file. */
  async putKeptIntoCorner(corner: Corner, url: string, name: string): Promise<void> {
    if (await this.morph.putFile(corner, url, name)) this.tellCorner(corner);
  }

  async download(url: string, name: string): Promise<void> {
    download(new Blob([await api.getBytes(url)]), name);
  }

  /** The sounds of the library that are most like what the pad plays. */
  private async likeThePad(): Promise<void> {
    const { sound } = this.player;
    if (!sound) return;
    const file = new Blob([encodeWav([sound.samples], sound.sampleRate)]);
    await this.library.showLike({ name: 'the pad', aspect: 'whole', file });
  }

  /** From the pad to the library: the sounds that are most like what plays at this place. */
  private async likeThePlace(): Promise<void> {
    if (!this.player.sound) return;
    this.show('library');
    await this.likeThePad();
  }

  /** From the library to the pad: where the instrument has this sound. */
  private async showPlace(): Promise<void> {
    const { sound } = this.library;
    if (sound) await this.alike.toPlace(sound);
  }

  private async explain(): Promise<void> {
    const { focused } = this.library;
    const { decided } = this.library.words;
    if (focused !== undefined && decided) await this.library.teaching.explain(focused, decided);
  }

  private tellCorner(corner: Corner): void {
    const note = this.morph.corners?.[CORNERS.indexOf(corner)];
    const words = (note && inWords(this.session.labelOf(note))) || 'sound';
    const morph = { label: 'Morph', run: () => this.run('morph') };
    this.notices.show(`Corner ${corner}: ${words}`, this.morph.isOn ? undefined : morph);
  }

  private get points() {
    return this.session.instrument?.points ?? [];
  }

  private async beginFiles(): Promise<void> {
    await Promise.all([this.crate.refresh(), this.learning.begin()]);
    listenToEvents({
      onJob: (job) => this.learning.hear(job),
      onInstruments: () => this.attempt(() => this.session.refresh()),
      onPiece: (news) => this.pieces.hear(news),
      onLibrary: (news) => this.library.tasks.follow(news),
      onOpen: () => {
        this.attempt(() => this.learning.begin());
        this.attempt(() => this.pieces.catchUp());
        this.attempt(() => this.library.catchUp());
      },
    });
  }

  private jump(place: { x: number; y: number } | undefined, title: string): void {
    if (!place) return;
    this.session.moveTo(place);
    this.session.commit(title);
  }

  /** An open drawer goes first: all else goes on, and stops at the second press. */
  private async stop(): Promise<void> {
    if (this.drawers.open) {
      this.drawers.close();
      return;
    }
    this.drop.stay();
    this.voice.cancel();
    this.comparison.stop();
    this.pieces.audio.stop();
    if (this.view === 'library') this.library.leave();
    await this.library.ears.stop();
  }

  /** Go through the list, or through what is asked for while a voice is tested. */
  private step(by: number): Promise<void> | void {
    const { test } = this.voice;
    return this.voice.isTesting ? test.ask(test.place + by) : this.library.step(by);
  }

  private async compare(): Promise<void> {
    this.drawers.show('compare');
    await this.comparison.playAll();
  }

  /** An instrument that has not come yet is given up before anything is taken back. */
  private async undo(): Promise<void> {
    if (this.view === 'piece') return this.pieces.undo();
    if (this.view === 'library') return this.library.undo();
    if (this.session.abandon()) {
      this.notices.speak('Undone: Change of instrument');
      return;
    }
    const step = await this.session.timeline.undo();
    this.notices.speak(step ? `Undone: ${step.title}` : 'Nothing to undo');
  }

  private async redo(): Promise<void> {
    if (this.view === 'piece') return this.pieces.redo();
    if (this.view === 'library') return this.library.edits.redo();
    const step = await this.session.timeline.redo();
    this.notices.speak(step ? `Done again: ${step.title}` : 'Nothing to redo');
  }
}
