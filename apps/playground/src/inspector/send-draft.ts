/** Sends a command as it was written, and waits for the answer of the server. */
import type { WireError } from '@aeturnis/contracts';
import type { Play } from '../play/play';

export interface SentOutcome {
  readonly title: string;
  readonly isRefused?: boolean;
  readonly answer?: object;
}

type Answer = { readonly success: true } | { readonly success: false; readonly error: WireError };

const TIMEOUT_MS = 10_000;

/** Past the SDK: neither its pace nor its repetitions change what is sent. */
export async function sendDraft(play: Play, name: string, json: string): Promise<SentOutcome> {
  let payload: unknown;
  try {
    payload = JSON.parse(json);
  } catch (error) {
    return { title: `Not sent, since this is not JSON: ${(error as Error).message}`, isRefused: true };
  }
  if (play.state.peek().phase !== 'live') return { title: 'Not sent: there is no connection.', isRefused: true };
  const sentAt = performance.now();
  const answer = await new Promise<Answer | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), TIMEOUT_MS);
    play.links.send(name, payload, (received) => {
      clearTimeout(timer);
      resolve(received as Answer);
    });
  });
  if (!answer) return { title: `No answer within ${TIMEOUT_MS / 1_000} s.`, isRefused: true };
  const duration = `after ${Math.max(1, Math.round(performance.now() - sentAt))} ms`;
  if (answer.success) return { title: `Answered ${duration}`, answer };
  const { code, message } = answer.error;
  return { title: `${code} ${duration}: ${message}`, isRefused: true, answer };
}
