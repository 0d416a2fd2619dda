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
  /** Why there are no questions. */
  refusal = $state('');
  why = $state.raw<Why>();
  readonly question = $derived(this.questions[this.place]);

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

  /** Ask about the few sounds where an answer helps most, and play the first. */
  async ask(): Promise<void> {
    this.isAsking = true;
    this.refusal = '';
    this.questions = [];
    try {
      this.put(await api.getQuestions(ASKED_AT_ONCE));
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      this.refusal = error.message;
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
    const found = await api
      .getWhy(id, tag)
      .then((answer): Why => ({ ...why, answer }))
      .catch((error: unknown): Why => ({ ...why, trouble: reasonOf(error) }));
    if (this.why === why) this.why = found;
  }

  private put(questions: readonly Question[]): void {
    const ids = questions.map(({ id }) => id);
    this.learner.rows.watch(ids);
    this.questions = questions;
    this.place = 0;
    this.hear();
  }
}

/** A tag that was never taught has no examples: then the ear has suggested it. */
function reasonOf(error: unknown): string {
  if (error instanceof api.ApiError && error.status !== 500 && /learned|taught/.test(error.message))
    return 'You have not taught this tag: it is what the starter ear hears.';
  return error instanceof Error ? error.message : String(error);
}
