/** Server-sent events: news of jobs, instruments, pieces and the library. The browser reconnects by itself. */
import type { JobAnswer, LibraryNews, PieceNews } from './types';

export interface News {
  onJob: (job: JobAnswer) => void;
  onInstruments: () => void;
  onPiece: (news: PieceNews) => void;
  onLibrary: (news: LibraryNews) => void;
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
  source.addEventListener('piece', ({ data }: MessageEvent<string>) =>
    news.onPiece(JSON.parse(data) as PieceNews),
  );
  source.addEventListener('library', ({ data }: MessageEvent<string>) =>
    news.onLibrary(JSON.parse(data) as LibraryNews),
  );
  return () => source.close();
}
