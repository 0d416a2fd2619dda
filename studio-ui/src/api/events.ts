/** Server-sent events: news of jobs and instruments. The browser reconnects by itself. */
import type { JobAnswer } from './types';

export interface News {
  onJob: (job: JobAnswer) => void;
  onInstruments: () => void;
  /** The stream (re)started: whatever was missed meanwhile must be asked for. */
  onOpen: () => void;
}

export function listenToEvents(news: News): () => void {
  const source = new EventSource('/api/events');
  source.addEventListener('open', news.onOpen);
  source.addEventListener('job', ({ data }: MessageEvent<string>) =>
    news.onJob(JSON.parse(data) as JobAnswer),
  );
  source.addEventListener('instruments', news.onInstruments);
  return () => source.close();
}
