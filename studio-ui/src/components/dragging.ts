/**
 * Dragging a sound out of the window. How far it gets lies with the browser and the program that it is dropped on:
 * Chromium takes an address along, which the system downloads where the drag ends; others take the file itself.
 */

import type { Outgoing } from '../state/outgoing.svelte';

export function dragOut({ dataTransfer }: DragEvent, outgoing: Outgoing | undefined): void {
  if (!dataTransfer || !outgoing) return;
  const { name, type, url, file } = outgoing;
  dataTransfer.effectAllowed = 'copy';
  dataTransfer.setData('DownloadURL', `${type}:${name}:${new URL(url, location.href).href}`);
  if (file) dataTransfer.items.add(file);
}

const TYPES: Record<string, string> = { wav: 'audio/wav', flac: 'audio/flac', mp3: 'audio/mpeg' };

export const typeOf = (name: string): string =>
  TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
