/** Teaching: what was learned of the user's tags, what is suggested, asked, and why. */
import * as api from '../api/client';
import type { Question, Saying, TeachingAnswer, WhyAnswer } from '../api/types';
import type { LibraryEars } from './library-ears.svelte';
import type { LibraryEdits } from './library-edits.svelte';
import type { LibraryRows } from './library-rows.svelte';
import type { Notices } from './notices.svelte';

const ASKED_AT_ONCE = 8;
const PREFETCHED = 2;

/** Why a tag is suggested of a sound. */
export interface Why {
  id: number;
  tag: string;
  answer?: WhyAnswer;
  /** Why it cannot be told. */
  trouble?: string;
}

export interface Learner {
  rows: LibraryRows;
  ears: LibraryEars;
  edits: LibraryEdits;
  notices: Notices;
  say: (sayings: Saying[]) => void;
}

export class LibraryTeaching {
  answer = $state.raw<TeachingAnswer>();
  questions = $state.raw<readonly Question[]>([]);
  place = $state(0);
  isAsking = $state(false);
  why = $state.raw<Why>();
  readonly question = $derived(this.questions[this.place]);
  readonly hasLearned = $derived((this.answer?.tags ?? []).some((tag) => tag.is_learned));
  /** Tags that were given, but not often enough to be learned. */
  readonly begun = $derived((this.answer?.tags ?? []).filter((tag) => tag.given > 0 && !tag.is_learned));

  constructor(private readonly learner: Learner) {}

  async refresh(): Promise<void> {
    this.answer = await api.getTeaching();
  }

  /** Let the subfolders of a folder be tags of the sounds in them, in one step. */
  async teachFolder(folder: string): Promise<void> {
    const back = await api.teachFolder(folder);
    const ids = [...new Set(back.sayings.flatMap((saying) => saying.ids))];
    const tags = new Set(back.sayings.map(({ tag }) => tag)).size;
    const title = `${tags} ${tags === 1 ? 'tag' : 'tags'} for ${ids.length} ${ids.length === 1 ? 'sound' : 'sounds'}`;
    this.learner.edits.send(title, ids, () => Promise.resolve(back));
    this.learner.notices.show(title);
    await this.learner.edits.settled();
  }

  /** Ask about the few sounds where an answer helps most, and play the first; without a lesson there are none. */
  async ask(): Promise<void> {
    this.isAsking = true;
    this.questions = [];
    try {
      await this.refresh();
      if (this.hasLearned) this.put(await api.getQuestions(ASKED_AT_ONCE));
    } finally {
      this.isAsking = false;
    }
  }

  /** Answer the question, by default about its likeliest tag, and hear the next one at once. */
  answerWith(word: 'yes' | 'no', tag = this.question?.guesses[0]?.tag): void {
    const { question } = this;
    if (!question || !tag) return;
    this.learner.say([{ tag, ids: [question.id], word }]);
    this.skip();
  }

  skip(): void {
    if (!this.question) return;
    this.place++;
    this.hear();
  }

  hear(): void {
    const { question } = this;
    if (!question) return;
    const next = this.questions.slice(this.place + 1, this.place + 1 + PREFETCHED).map(({ id }) => id);
    this.learner.ears.play(question.id, next).catch((error: unknown) => this.learner.notices.trouble(error));
  }

  /** Say why a tag is suggested, or not any more at the second press. */
  async explain(id: number, tag: string): Promise<void> {
    if (this.why?.id === id && this.why.tag === tag) {
      this.why = undefined;
      return;
    }
    const why: Why = { id, tag };
    this.why = why;
    const found = await this.reasonFor(why).catch((error: unknown) => ({ trouble: inWords(error) }));
    if (this.why === why) this.why = { ...why, ...found };
  }

  /** A tag that was never taught has no examples: then the ear has suggested it. */
  private async reasonFor({ id, tag }: Why): Promise<Pick<Why, 'answer' | 'trouble'>> {
    await this.refresh();
    const isLearned = this.answer?.tags.some((one) => one.tag === tag && one.is_learned);
    if (!isLearned) return { trouble: 'You have not taught this tag: it is what the starter ear hears.' };
    return { answer: await api.getWhy(id, tag) };
  }

  private put(questions: readonly Question[]): void {
    const ids = questions.map(({ id }) => id);
    this.learner.rows.watch(ids);
    this.questions = questions;
    this.place = 0;
    this.hear();
  }
}

const inWords = (error: unknown): string => (error instanceof Error ? error.message : String(error));
