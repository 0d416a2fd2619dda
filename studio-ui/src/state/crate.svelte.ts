/** The crate: sounds that were kept, as files in a folder of the user's. */
import * as api from '../api/client';
import type { KeptSound } from '../api/types';
import type { Notices } from './notices.svelte';
import type { Session, Snapshot } from './session.svelte';

export class Crate {
  folder = $state('');
  sounds = $state.raw<KeptSound[]>([]);

  constructor(
    private readonly session: Session,
    private readonly notices: Notices,
  ) {}

  async refresh(): Promise<void> {
    const { folder, sounds } = await api.getKept();
    this.folder = folder;
    this.sounds = sounds;
  }

  /** Write the sound into the crate; taking it back removes the file again. */
  async keep({ instrument, note }: Snapshot): Promise<KeptSound> {
    const write = () => api.keep(instrument, note);
    const kept = await write();
    this.session.timeline.add({
      title: `Keep ${kept.name}`,
      undo: () => this.undoFiles(`Keep ${kept.name}`),
      redo: async () => {
        await write();
        await this.refresh();
      },
    });
    await this.refresh();
    return kept;
  }

  async remove(name: string): Promise<void> {
    const remove = async () => {
      await api.deleteKept(name);
      await this.refresh();
    };
    await remove();
    this.session.timeline.add({
      title: `Delete ${name}`,
      undo: () => this.undoFiles(`Delete ${name}`),
      redo: remove,
    });
    this.notices.show(`Deleted ${name}`, { label: 'Undo', run: () => void this.session.timeline.undo() });
  }

  private async undoFiles(title: string): Promise<void> {
    await api.undo(title);
    await this.refresh();
  }
}

/** Hand a file to the browser's own download. */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
