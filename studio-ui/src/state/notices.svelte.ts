/** Short words for the user: shown for a moment and read out by screen readers. */

export interface Notice {
  text: string;
  tone: 'quiet' | 'trouble';
  action?: { label: string; run: () => void };
}

const SHOWN_MS = { quiet: 6000, trouble: 10_000 };

export class Notices {
  current = $state.raw<Notice>();
  /** For the live region: what plays, what happened. */
  spoken = $state('');
  private timer: ReturnType<typeof setTimeout> | undefined;

  show(text: string, action?: Notice['action']): void {
    this.put({ text, tone: 'quiet', ...(action && { action }) });
  }

  trouble(error: unknown): void {
    this.put({ text: error instanceof Error ? error.message : String(error), tone: 'trouble' });
  }

  speak(text: string): void {
    this.spoken = text;
  }

  hide(): void {
    clearTimeout(this.timer);
    this.current = undefined;
  }

  private put(notice: Notice): void {
    clearTimeout(this.timer);
    this.current = notice;
    this.spoken = notice.text;
    this.timer = setTimeout(() => this.hide(), SHOWN_MS[notice.tone]);
  }
}
