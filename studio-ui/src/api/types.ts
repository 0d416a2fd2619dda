/** The server's models under their own names. */
import type { components } from './schema';

type Schemas = components['schemas'];

export type StateAnswer = Schemas['StateAnswer'];
export type ParameterModel = Schemas['ParameterModel'];
export type ActionModel = Schemas['ActionModel'];
export type RegistryAnswer = Schemas['RegistryAnswer'];
export type InstrumentSummary = Schemas['InstrumentSummary'];
export type InstrumentAnswer = Schemas['InstrumentAnswer'];
export type PointModel = Schemas['PointModel'];
/** Complete: the server would fill in what is missing, the page always says it. */
export type PlainNote = Required<Schemas['PlainNoteBody']>;
export type ResidualBody = Omit<Schemas['ResidualBody'], 'anchor'> & { anchor: PlainNote };
export type NoteBody = PlainNote & { residual: ResidualBody | null };
export type MorphBody = Omit<Schemas['MorphBody'], 'corners'> & { corners: NoteBody[] };
export type LocationAnswer = Omit<Schemas['LocationAnswer'], 'note'> & { note: NoteBody };
export type RefinementAnswer = Omit<Schemas['RefinementAnswer'], 'location'> & {
  location: LocationAnswer | null;
};
export type KeptSound = Schemas['KeptSound'];
export type KeptAnswer = Schemas['KeptAnswer'];
export type UndoAnswer = Schemas['UndoAnswer'];
export type FoldersAnswer = Schemas['FoldersAnswer'];
export type PreviewAnswer = Schemas['PreviewAnswer'];
export type RecipeAnswer = Schemas['RecipeAnswer'];
export type JobAnswer = Schemas['JobAnswer'];
/** What is left out the server fills in: a recipe, or what to start from. */
export type LearnBody = Partial<Schemas['LearnBody']> & Pick<Schemas['LearnBody'], 'folder' | 'name'>;

export type PieceSummary = Schemas['PieceSummary'];
export type PieceAnswer = Omit<Schemas['PieceAnswer'], 'request'> & { request: PieceRequest | null };
export type TaskAnswer = Schemas['TaskAnswer'];
/** The event `piece`. */
export interface PieceNews {
  id: string;
  task: TaskAnswer;
}
export type HeardAnswer = Schemas['HeardAnswer'];
export type KeyChoice = Schemas['KeyChoice'];
export type FormChoice = Schemas['FormChoice'];
export type RegionAnswer = Schemas['RegionAnswer'];
export type SectionAnswer = Schemas['SectionAnswer'];
export type StylesAnswer = Schemas['StylesAnswer'];
export type StyleAnswer = Schemas['StyleAnswer'];
export type KeptPieceAnswer = Schemas['KeptPieceAnswer'];
export type NewPieceBody = Schemas['NewPieceBody'];
export type DrumsBody = Required<Omit<Schemas['DrumsBody'], 'kit'>> & { kit: Record<string, PlainNote> };
/** A region as it is asked for, in the strict dialect; what is left out is decided by the composer. */
export interface RegionRequest {
  id: string;
  start_s: number;
  end_s?: number;
  descriptor: string;
  key?: { tonic: string; mode: string };
  meter?: string;
  tempo_bpm?: number;
  tempo_changes?: unknown[];
  bars?: number;
  end?: 'ring_out' | 'cut';
  ring_out_at_s?: number;
  instruments?: string[];
  layers?: unknown[];
  sections?: { at_s: number; function: SectionAnswer['function'] }[];
  like?: string;
  takes?: Record<string, number>;
  borrows?: Record<string, string>;
}
export interface PieceRequest {
  timeline: { duration_s: number; seed?: number | null; regions: RegionRequest[] } & Record<string, unknown>;
  drums: DrumsBody;
  region_drums: Record<string, DrumsBody>;
}

export type LibraryAnswer = Schemas['LibraryAnswer'];
export type LibraryTag = Schemas['LibraryTag'];
export type LibraryTask = Schemas['LibraryTask'];
/** The event `library`. */
export interface LibraryNews {
  task: LibraryTask;
}
export type LibrarySound = Schemas['LibrarySound'];
export type Said = Schemas['SaidModel'];
export type Verdict = LibrarySound['verdict'];
export type Saying = Schemas['SayingModel'];
export type FoundAnswer = Schemas['FoundAnswer'];
export type LikeAnswer = Schemas['LikeAnswer'];
export type VoiceAnswer = Schemas['VoiceAnswer'];
export type PatternBody = Schemas['PatternBody'];
export type SpokenClass = VoiceAnswer['lists'][number]['called'];
export type VoiceTestAnswer = Schemas['VoiceTestAnswer'];
export type VoicePrompt = VoiceTestAnswer['prompts'][number];
export type HeardImitation = Schemas['HeardImitation'];
export type VoiceScore = Schemas['VoiceScoreAnswer'];
export type Aspect = 'whole' | 'spectrum' | 'envelope' | 'pitch' | 'noisiness';
export type ProblemAnswer = Schemas['ProblemAnswer'];
export type PlanAnswer = Schemas['PlanAnswer'];
export type PlanBody = Required<Schemas['PlanBody']>;
export type MapAnswer = Schemas['MapAnswer'];

export type TeachingAnswer = Schemas['TeachingAnswer'];
export type SuggestedAnswer = Schemas['SuggestedAnswer'];
export type Question = Schemas['QuestionModel'];
export type WhyAnswer = Schemas['WhyAnswer'];
/** Without a colour it gets one that few tags have. */
export type MakeTagBody = Partial<Schemas['MakeTagBody']> & Pick<Schemas['MakeTagBody'], 'name'>;
/** What is left out stays. */
export type ChangeTagBody = Partial<Schemas['ChangeTagBody']> & Pick<Schemas['ChangeTagBody'], 'name'>;
export type TagEditAnswer = Schemas['TagEditAnswer'];
