/** The microphone, open only while something is said into it. What it hears goes to the caller and nowhere else. */

/** Longer than any rhythm that is said in one breath; what is kept by mistake ends too. */
export const LONGEST_MS = 20_000;

/** What browsers do for calls hides consonants and evens out dynamics. */
const AS_IT_IS: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  channelCount: 1,
};

export interface Take {
  /** Close the microphone and return what was recorded, as a file of the browser's kind. */
  end: () => Promise<ArrayBuffer>;
}

/** Why there is no microphone, in words for people. */
export class MicrophoneError extends Error {}

export async function openMicrophone(): Promise<Take> {
  const devices = devicesOf(navigator);
  if (!devices) {
    throw new MicrophoneError(
      'The browser gives the microphone to safe addresses only: open Drumlin at localhost, or over HTTPS.',
    );
  }
  const stream = await devices.getUserMedia({ audio: AS_IT_IS }).catch((error: unknown) => {
    throw new MicrophoneError(inWords(error));
  });
  const close = () => stream.getTracks().forEach((track) => track.stop());
  try {
    const recorder = new MediaRecorder(stream);
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise<void>((resolve) => (recorder.onstop = () => resolve()));
    recorder.start();
    return {
      end: async () => {
        if (recorder.state !== 'inactive') recorder.stop();
        await stopped;
        close();
        return new Blob(parts).arrayBuffer();
      },
    };
  } catch (error) {
    close();
    throw error;
  }
}

export function inWords(error: unknown): string {
  const name = error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'The browser may not use the microphone: allow it for this page, in the address bar, and try again.';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'No microphone was found: connect one and try again.';
    case 'NotReadableError':
    case 'AbortError':
      return 'The microphone is there but gives no sound: another program may hold it.';
    default:
      return 'The microphone cannot be used here.';
  }
}

/** Missing on addresses that the browser does not call safe, whatever its types say. */
const devicesOf = (here: Navigator): MediaDevices | undefined =>
  (here as { mediaDevices?: MediaDevices }).mediaDevices;
