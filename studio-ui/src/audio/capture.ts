/** Opened with `?capture`, the page keeps all that the audio thread renders: browser tests read it as numbers. */
import type { Pieces } from '../state/pieces.svelte';
import type { Player } from '../state/player.svelte';

export interface Capture {
  /** Frame at which `samples` begins. */
  from: number;
  samples: Float32Array[];
  hits: { id: number; frame: number }[];
}

declare global {
  interface Window {
    drumlinCapture?: Capture;
    /** What plays a piece. */
    drumlinPieces?: Pieces;
  }
}

export function capture(player: Player, pieces: Pieces): void {
  window.drumlinPieces = pieces;
  const kept: Capture = { from: -1, samples: [], hits: [] };
  window.drumlinCapture = kept;
  void player.tap((report) => {
    if (report.type === 'hit') kept.hits.push({ id: report.id, frame: report.frame });
    if (report.type !== 'tap') return;
    if (kept.from < 0) kept.from = report.frame;
    kept.samples.push(report.samples);
  });
}
