/** The shell that runs the mixer in the audio thread. */
import type { Command, Report } from './messages';
import { Mixer } from './mixer';

const TAP_FRAMES = 1024; // one message per 23 ms

class DrumlinProcessor extends AudioWorkletProcessor {
  private readonly mixer = new Mixer(sampleRate);
  private tap: Float32Array | undefined;
  private tapped = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<Command>) => {
      if (data.type === 'tap') this.tap = data.on ? new Float32Array(TAP_FRAMES) : undefined;
      else this.mixer.handle(data);
    };
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [first, ...others] = outputs[0]!;
    if (!first) return true;
    this.mixer.render(first);
    for (const channel of others) channel.set(first);
    for (const report of this.mixer.takeReports()) this.send(report);
    if (this.tap) this.copy(first, this.tap);
    return true;
  }

  private copy(block: Float32Array, tap: Float32Array): void {
    tap.set(block, this.tapped);
    this.tapped += block.length;
    if (this.tapped < TAP_FRAMES) return;
    this.send({ type: 'tap', frame: this.mixer.rendered - TAP_FRAMES, samples: tap.slice() });
    this.tapped = 0;
  }

  private send(report: Report): void {
    this.port.postMessage(report);
  }
}

registerProcessor('drumlin', DrumlinProcessor);
