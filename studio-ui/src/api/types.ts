export interface StateAnswer {
  application: 'drumlin';
  version: string;
  mode: 'studio' | 'play-only';
  learning: boolean;
  crate: string;
  upload_limit: number;
}
export interface ParameterModel {
  name: string;
  label: string;
  unit: string;
  minimum: number;
  maximum: number;
  default: number;
  curve: 'linear' | 'exponential';
  help: string;
}
export interface ActionModel {
  name: string;
  label: string;
  key: string;
  help: string;
}
export interface RegistryAnswer {
  parameters: ParameterModel[];
  actions: ActionModel[];
}
export interface InstrumentSummary {
  id: string;
  name: string;
  recipe: string;
  builtin: boolean;
  learning: boolean;
  revision: string;
  error: string;
}
export interface PointModel {
  x: number;
  y: number;
  label: string;
  name: string;
}
export interface InstrumentAnswer {
  id: string;
  name: string;
  recipe: string;
  builtin: boolean;
  learning: boolean;
  revision: string;
  sample_rate: number;
  length: number;
  latent_size: number;
  has_encoder: boolean;
  controls: ParameterModel[];
  classes: string[];
  points: PointModel[];
  provenance: Record<string, unknown>;
}
export interface NoteBody {
  x: number;
  y: number;
  classes: Record<string, number>;
  controls: Record<string, number>;
  pitch: number;
  velocity: number;
  length: number | null;
  seed: number;
  carry: number[];
}
export interface LocationAnswer {
  x: number;
  y: number;
  carry: number[];
  classes: Record<string, number>;
  controls: Record<string, number>;
  fit_db: number;
}
export interface KeptSound {
  name: string;
  url: string;
  size: number;
  kept: number;
}
export interface KeptAnswer {
  folder: string;
  sounds: KeptSound[];
}
export interface UndoAnswer {
  title: string;
  restored: string[];
}
export interface FolderEntry {
  name: string;
  path: string;
  sounds: number;
  more: boolean;
}
export interface FoldersAnswer {
  path: string;
  parent: string;
  roots: string[];
  sounds: number;
  more: boolean;
  folders: FolderEntry[];
}
export interface PreviewSound {
  name: string;
  before: number[];
  after: number[];
  before_url: string;
  after_url: string;
  before_s: number;
  after_s: number;
}
export interface PreviewAnswer {
  folder: string;
  sounds: PreviewSound[];
  refused: { name: string; reason: string }[];
}
export interface RecipeAnswer {
  name: string;
  parameters: number;
  description: string;
  small: boolean;
}
export interface JobAnswer {
  id: string;
  kind: string;
  title: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
  created: number;
  done: number;
  total: number;
  message: string;
  metrics: Record<string, number>;
  remaining_s: number | null;
  instrument: string;
  error: string;
  can_resume: boolean;
  history: { done: number; metrics: Record<string, number> }[];
}
export interface LearnBody {
  kind: 'learn';
  folder: string;
  recipe: string;
  name: string;
  minutes: number;
}
