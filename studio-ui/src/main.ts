import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { Studio } from './state/studio.svelte';

const studio = new Studio();
mount(App, { target: document.getElementById('page')!, props: { studio } });
void studio.begin();

// Tests and measurements listen to what the worklet renders; nobody else needs it.
if (new URLSearchParams(location.search).has('capture')) {
  void import('./audio/capture').then(({ capture }) => capture(studio.player, studio.pieces));
}
