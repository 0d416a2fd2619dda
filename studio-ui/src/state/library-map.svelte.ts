/** The map in place of the list: where the sounds lie, which stays so until another map is laid. */
import * as api from '../api/client';
import type { MapAnswer } from '../api/types';
import type { LibraryEdits } from './library-edits.svelte';
import type { Notices } from './notices.svelte';

export class LibraryMap {
  isShown = $state(false);
  places = $state.raw<MapAnswer>();
  isLaying = $state(false);

  constructor(
    private readonly edits: LibraryEdits,
    private readonly notices: Notices,
  ) {}

  async toggle(): Promise<void> {
    this.isShown = !this.isShown;
    await this.draw();
    this.notices.speak(this.isShown ? 'The map' : 'The list');
  }

  /** Ask where the sounds lie, if that is shown. */
  async draw(): Promise<void> {
    if (this.isShown) this.places = await api.getMap();
  }

  /** Lay another map for the sounds that there are now, as a step that can be taken back. */
  async lay(): Promise<void> {
    this.isLaying = true;
    try {
      await this.edits.inOrder(async () => {
        const before = this.places?.number ?? 0;
        this.places = await api.layMap();
        const after = this.places.number;
        const use = async (number: number) => {
          this.places = await api.useMap(number);
        };
        this.edits.add({ title: 'Lay the map anew', undo: () => use(before), redo: () => use(after) });
      });
      this.notices.show('The map is laid anew');
    } finally {
      this.isLaying = false;
    }
  }
}
