/** Learning a folder: choosing it, seeing what preparing does, and the job that goes on without this page. */
import * as api from '../api/client';
import type {
  FoldersAnswer,
  InstrumentSummary,
  JobAnswer,
  LearnBody,
  ParameterModel,
  PreviewAnswer,
  RecipeAnswer,
} from '../api/types';
import type { Notices } from './notices.svelte';
import type { Session } from './session.svelte';

export const LEARNING_MINUTES = [
  { minutes: 2, words: 'A first taste' },
  { minutes: 10, words: 'A coffee' },
  { minutes: 45, words: 'A lunch break' },
  { minutes: 480, words: 'A night' },
] as const;

const PREVIEW_COUNT = 6;

/** Chosen in place of a recipe: to go on from the built-in instrument. No recipe is named so. */
export const START = 'start';

/** With fewer sounds, going on from the built-in instrument is what is offered first. */
const MANY_SOUNDS = 5_000;

/** How far to go from the instrument that is started from. */
export const DIAL: ParameterModel = {
  name: 'dial',
  label: 'How far to go',
  unit: '%',
  minimum: 0,
  maximum: 100,
  default: 50,
  curve: 'linear',
  help: 'Left: the built-in drums stay, coloured by your sounds. Right: they make room for yours.',
};

export class Learning {
  isInstalled = $state(false);
  folders = $state.raw<FoldersAnswer>();
  preview = $state.raw<PreviewAnswer>();
  isPreviewing = $state(false);
  recipes = $state.raw<RecipeAnswer[]>([]);
  private chosen = $state('');
  jobs = $state.raw<JobAnswer[]>([]);
  /** In the unit of `DIAL`. */
  dial = $state(DIAL.default);

  constructor(
    private readonly session: Session,
    private readonly notices: Notices,
  ) {}

  /** Jobs, newest first. */
  get learnings(): JobAnswer[] {
    return this.jobs.filter(({ kind }) => kind === 'learn');
  }

  get running(): JobAnswer | undefined {
    return this.jobs.find(isGoing);
  }

  get installing(): JobAnswer | undefined {
    return this.jobs.find(({ kind }) => kind === 'add-learning');
  }

  /** Those that a laptop learns. */
  get small(): RecipeAnswer[] {
    return this.recipes.filter(({ small }) => small);
  }

  /** What a learning can start from. */
  get origin(): InstrumentSummary | undefined {
    return this.session.instruments.find(({ builtin, error }) => builtin && !error);
  }

  /** Whether to go on from there, rather than to learn a recipe from nothing. */
  get isStarting(): boolean {
    if (!this.origin) return false;
    return this.chosen ? this.chosen === START : (this.folders?.sounds ?? 0) < MANY_SOUNDS;
  }

  get recipe(): RecipeAnswer | undefined {
    return this.small.find(({ name }) => name === this.chosen) ?? this.small[0];
  }

  /** How the sounds will be prepared: as the start was, or as the recipe wants. */
  private get preparing(): string {
    return (this.isStarting ? this.origin?.recipe : this.recipe?.name) ?? '';
  }

  /** Recipes prepare sounds each in its way: what is shown of it is shown anew. */
  async choose(recipe: string): Promise<void> {
    this.chosen = recipe;
    if (this.preview) await this.look();
  }

  async begin(): Promise<void> {
    this.isInstalled = (await api.getState()).learning;
    this.take(await api.getJobs());
  }

  /** Everything that the view needs when it is first opened. */
  async open(): Promise<void> {
    if (!this.recipes.length) this.recipes = await api.getRecipes();
    if (!this.folders) await this.browse('');
  }

  async browse(path: string): Promise<void> {
    this.folders = await api.getFolders(path);
    this.preview = undefined;
  }

  async look(): Promise<void> {
    const folder = this.folders?.path;
    if (!folder) return;
    this.isPreviewing = true;
    try {
      this.preview = await api.preview(folder, PREVIEW_COUNT, this.preparing);
    } finally {
      this.isPreviewing = false;
    }
  }

  async start(job: Pick<LearnBody, 'folder' | 'name' | 'minutes'>): Promise<void> {
    const beginning =
      this.isStarting && this.origin
        ? { start: this.origin.id, dial: this.dial / DIAL.maximum }
        : { recipe: this.recipe?.name ?? '' };
    this.hear(await api.startLearning({ ...job, ...beginning }));
  }

  async install(): Promise<void> {
    this.hear(await api.addLearning());
  }

  async cancel(id: string): Promise<void> {
    this.hear(await api.cancelJob(id));
  }

  /** Make what a stopped learning has learned so far an instrument of its own, and play it. */
  async keep(id: string): Promise<void> {
    const instrument = await api.keepSnapshot(id);
    await this.session.refresh();
    await this.session.choose(instrument.id);
    await this.begin();
  }

  async forget(id: string): Promise<void> {
    await api.removeJob(id);
    this.take(this.jobs.filter((job) => job.id !== id));
  }

  async resume(id: string): Promise<void> {
    this.hear(await api.resumeJob(id));
  }

  /** News of a job. */
  hear(job: JobAnswer): void {
    const before = this.jobs.find(({ id }) => id === job.id);
    this.take([job, ...this.jobs.filter(({ id }) => id !== job.id)]);
    if (!before || before.state === job.state) return;
    if (job.state === 'done') void this.finish(job);
    if (job.state === 'failed') this.notices.trouble(`${job.title}: ${job.error}`);
  }

  private async finish(job: JobAnswer): Promise<void> {
    if (job.kind === 'add-learning') {
      this.isInstalled = (await api.getState()).learning;
      this.notices.show('Learning is installed');
      return;
    }
    await this.session.refresh();
    const play = { label: 'Play it', run: () => void this.session.choose(job.instrument) };
    this.notices.show(`${job.title}: learned`, job.instrument ? play : undefined);
  }

  private take(jobs: JobAnswer[]): void {
    this.jobs = [...jobs].sort((a, b) => b.created - a.created);
  }
}

export const isGoing = ({ state }: JobAnswer): boolean => state === 'running' || state === 'queued';
