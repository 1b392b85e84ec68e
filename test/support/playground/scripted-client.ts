/** A client for the stores of the playground: it emits the events, and gives the answers, that a test has chosen. */
import type { Client } from '@aeturnis/client';

type Listener = (payload: never) => void;

export class ScriptedClient {
  readonly userId = 'own-user';
  /** The answers by command; a command without one is refused. */
  readonly answers = new Map<string, (payload: never) => unknown>();
  /** The commands that were requested, in order. */
  readonly requested: { readonly command: string; readonly payload: object }[] = [];
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly stateListeners = new Set<(state: object) => void>();
  private current: object = { phase: 'live', recovered: true };

  /** For constructors that expect the real one. */
  get client(): Client {
    return this as unknown as Client;
  }

  readonly state = {
    get: () => this.current,
    subscribe: (listener: (state: object) => void) => {
      this.stateListeners.add(listener);
      listener(this.current);
      return () => this.stateListeners.delete(listener);
    },
  };

  on(event: string, listener: Listener): () => void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  emit(event: string, payload: object): void {
    for (const listener of this.listeners.get(event) ?? []) listener(payload as never);
  }

  changeState(state: object): void {
    this.current = state;
    for (const listener of this.stateListeners) listener(state);
  }

  async request(command: string, payload: object): Promise<unknown> {
    this.requested.push({ command, payload });
    const answer = this.answers.get(command);
    if (!answer) throw new Error(`no answer to ${command}`);
    return answer(payload as never);
  }
}

/** Answers the requests over HTTP of the test that is running. @param answer by the path with its query. */
export function answerHttp(answer: (path: string) => unknown): jest.SpyInstance {
  return jest.spyOn(globalThis, 'fetch').mockImplementation(async (path) => {
    const body = await answer(typeof path === 'string' ? path : '');
    return new Response(JSON.stringify(body ?? { error: { code: 'UNAVAILABLE', message: 'no answer' } }), {
      status: body === undefined ? 503 : 200,
    });
  });
}
