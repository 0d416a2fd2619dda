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
