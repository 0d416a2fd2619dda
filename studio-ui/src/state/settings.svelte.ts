/** What the page remembers between visits: in this browser, nowhere else. */

export type Theme = 'system' | 'light' | 'dark';
/** What is kept of a piece. */
export interface Kept {
  wav: boolean;
  stems: boolean;
  midi: boolean;
}

export type Picture = 'waveform' | 'spectrogram';

interface Stored {
  theme: Theme;
  volume: number;
  tempo: number;
  matching: boolean;
  instrument: string;
  picture: Picture;
  zoomed: boolean;
  kept: Kept;
  pins: readonly string[];
}

const KEY = 'drumlin.settings';
const RESTING: Stored = {
  theme: 'system',
  volume: 0,
  tempo: 120,
  matching: true,
  instrument: '',
  picture: 'waveform',
  zoomed: false,
  kept: { wav: true, stems: false, midi: false },
  pins: ['kick', 'snare', 'clap', 'rim', 'closed hat', 'open hat', 'tom', 'cymbal', 'percussion'],
};

export class Settings {
  private stored = $state<Stored>(RESTING);
  private systemIsDark = $state(false);

  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'> = localStorage,
    systemDark: MediaQueryList = matchMedia('(prefers-color-scheme: dark)'),
  ) {
    this.stored = { ...RESTING, ...this.read() };
    this.systemIsDark = systemDark.matches;
    systemDark.addEventListener('change', ({ matches }) => (this.systemIsDark = matches));
  }

  get theme(): Theme {
    return this.stored.theme;
  }

  get isDark(): boolean {
    return this.stored.theme === 'system' ? this.systemIsDark : this.stored.theme === 'dark';
  }

  get volume(): number {
    return this.stored.volume;
  }

  get tempo(): number {
    return this.stored.tempo;
  }

  /** Whether every sound is brought to the same loudness for listening. */
  get matching(): boolean {
    return this.stored.matching;
  }

  /** The instrument played last. */
  get instrument(): string {
    return this.stored.instrument;
  }

  /** How the sound is drawn. */
  get picture(): Picture {
    return this.stored.picture;
  }

  /** Whether only the attack is drawn. */
  get zoomed(): boolean {
    return this.stored.zoomed;
  }

  get kept(): Kept {
    return this.stored.kept;
  }

  /** The nine tags that have a key each; empty where a key has none. */
  get pins(): readonly string[] {
    return this.stored.pins;
  }

  change(part: Partial<Stored>): void {
    this.stored = { ...this.stored, ...part };
    try {
      this.storage.setItem(KEY, JSON.stringify(this.stored));
    } catch {
      // a browser that stores nothing: the settings last until the page is closed
    }
  }

  private read(): Partial<Stored> {
    try {
      return JSON.parse(this.storage.getItem(KEY) ?? '{}') as Partial<Stored>;
    } catch {
      return {};
    }
  }
}
