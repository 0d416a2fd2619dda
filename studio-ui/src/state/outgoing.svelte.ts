/** The sound that plays, ready to be dragged out of the window before it is kept. */
import * as api from '../api/client';
import type { Session, Snapshot } from './session.svelte';

export interface Outgoing {
  name: string;
  type: string;
  /** Where the file can be fetched from, on this server. */
  url: string;
  /** Its bytes, if they are here already: a drag cannot wait for them. */
  file?: File | undefined;
}

export class OutgoingSound {
  private prepared: { key: string; file: File } | undefined;
  private asked = '';

  constructor(private readonly session: Session) {}

  /** Fetch the file while the mouse is still on its way: nothing may be waited for once the drag begins. */
  prepare(): void {
    const snapshot = this.session.snapshot();
    const key = JSON.stringify(snapshot);
    if (!snapshot || key === this.asked) return;
    this.asked = key;
    api
      .renderSound(snapshot.instrument, snapshot.note)
      .then((blob) => {
        this.prepared = { key, file: new File([blob], this.name, { type: blob.type }) };
      })
      .catch(() => (this.asked = '')); // then the address alone has to do
  }

  /** What a drag that begins now takes along. */
  offer(): Outgoing | undefined {
    const snapshot = this.session.snapshot();
    if (!snapshot) return undefined;
    const isReady = this.prepared?.key === JSON.stringify(snapshot);
    return {
      name: this.name,
      type: 'audio/wav',
      url: soundUrl(snapshot),
      file: isReady ? this.prepared?.file : undefined,
    };
  }

  private get name(): string {
    return `drumlin_${this.session.label || 'hit'}.wav`;
  }
}

const soundUrl = ({ instrument, note }: Snapshot): string =>
  `/api/instruments/${encodeURIComponent(instrument)}/sound.wav?note=${encodeURIComponent(JSON.stringify(note))}`;
