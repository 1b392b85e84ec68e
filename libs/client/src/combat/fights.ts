/** Fights of the user: the current one as a state to show, open challenges, and what the user does. */
import type {
  CombatEnd,
  CombatEntry,
  CombatOverview,
  CombatState,
  CombatTurnRequest,
  CombatView,
  EventName,
  ServerToClientEvents,
} from '@aeturnis/contracts';
import { RequestError } from '../base/request-error';
import { type ReadableStore, Store } from '../base/store';
import type { CommandPayload } from '../base/contract-types';
import type { ClientFeature, ClientServices } from '../client-feature';
import { applyEntries } from './fight-entries';
import { SingleRun } from '../base/single-run';

type PayloadOf<Name extends EventName> = Parameters<ServerToClientEvents[Name]>[0];

export interface ShownFight {
  readonly sessionId: string;
  readonly mode: CombatView['mode'];
  /** Null until all challenged players have accepted. */
  readonly state: CombatState | null;
  /** The action that is waited for; `legal` is empty if another participant chooses. Deadlines are in server time. */
  readonly request: CombatTurnRequest | null;
  /** Those of the latest step, to be shown one after another; earlier ones are part of the state. */
  readonly entries: readonly CombatEntry[];
  /** Outcome, rewards and seed, once it has ended. */
  readonly end: CombatEnd | null;
}

export type Challenge = PayloadOf<'combat:invited'>;
export type ChosenAction = Pick<CommandPayload<'combat:action'>, 'type' | 'targetId' | 'skillId' | 'itemId'>;

/** Longer than a turn: the action is answered, or the turn has passed. */
const ACTION_TIMEOUT_MS = 25_000;

export class Fights implements ClientFeature {
  private readonly fight = new Store<ShownFight | null>(null);
  private readonly challenges = new Store<readonly Challenge[]>([]);
  private readonly reading = new SingleRun(() => this.read());
  /** Of the current user. */
  private run = {};

  constructor(private readonly services: ClientServices) {}

  /** The fight in which the user plays or which the user watches; null before the first one. It stays after its end. */
  get current(): ReadableStore<ShownFight | null> {
    return this.fight;
  }

  /** Challenges that the user can accept or decline. */
  get invitations(): ReadableStore<readonly Challenge[]> {
    return this.challenges;
  }

  /** Attacks a monster near by, or challenges characters. @throws RequestError `CONFLICT` with `details.reason` */
  async start(target: CommandPayload<'combat:start'>): Promise<void> {
    this.show(await this.services.requests.request('combat:start', target));
  }

  async accept(sessionId: string, clientSeed?: string): Promise<void> {
    const seed = clientSeed === undefined ? {} : { clientSeed };
    this.show(await this.services.requests.request('combat:accept', { sessionId, ...seed }));
    this.removeChallenge(sessionId);
  }

  async decline(sessionId: string): Promise<void> {
    await this.services.requests.request('combat:decline', { sessionId });
    this.cancel(sessionId);
  }

  async join(sessionId: string): Promise<void> {
    this.show(await this.services.requests.request('combat:join', { sessionId }));
  }

  async spectate(sessionId: string): Promise<void> {
    this.show(await this.services.requests.request('combat:spectate', { sessionId }));
  }

  /** Ends `spectate`: the fight is no longer shown, whatever the server answers. @throws RequestError */
  async stopWatching(): Promise<void> {
    const fight = this.fight.get();
    if (!fight) return;
    this.fight.set(null);
    await this.services.requests.request('combat:leave_spectate', { sessionId: fight.sessionId });
  }

  /** Takes one of the legal actions, once, whatever becomes of the connection. @throws RequestError */
  async act(action: ChosenAction): Promise<void> {
    const fight = this.fight.get();
    if (!fight?.request) throw new RequestError('CONFLICT', 'there is no turn to act in');
    const { sessionId, turn } = fight.request;
    const payload = { sessionId, turn, actionId: this.services.newId(), ...action };
    const { entries } = await this.services.requests.request('combat:action', payload, {
      timeoutMs: ACTION_TIMEOUT_MS,
    });
    this.addEntries(sessionId, entries);
  }

  reset(): void {
    this.run = {};
    this.fight.set(null);
    this.challenges.set([]);
  }

  receive(name: EventName, payload: object): void {
    if (name === 'combat:started') this.show({ ...(payload as PayloadOf<'combat:started'>), request: null });
    else if (name === 'combat:state') this.show(payload as CombatView);
    else if (name === 'combat:turn') this.setRequest(payload as CombatTurnRequest);
    else if (name === 'combat:action_result') {
      const { sessionId, entries } = payload as PayloadOf<'combat:action_result'>;
      this.addEntries(sessionId, entries);
    } else if (name === 'combat:ended') this.finish(payload as CombatEnd);
    else if (name === 'combat:invited') this.addChallenge(payload as Challenge);
    else if (name === 'combat:cancelled') this.cancel((payload as PayloadOf<'combat:cancelled'>).sessionId);
    else if (name === 'system:resync' || (name === 'system:sync' && this.sync(payload))) void this.reading.wake();
  }

  /** After missed events. If it fails, the next entries are behind the same gap, and it is read again. */
  private async read(): Promise<void> {
    const { run } = this;
    const { http, requests } = this.services;
    try {
      const combat = await http.get<CombatOverview>('/api/combats');
      if (run !== this.run || !this.sync({ combat })) return;
      const sessionId = this.fight.get()?.sessionId as string;
      // Only spectators may see the fight of other players before its end.
      const view = await http
        .get<CombatView>(`/api/combats/${sessionId}`)
        .catch(() => requests.request('combat:spectate', { sessionId }));
      if (run === this.run && this.fight.get()?.sessionId === sessionId) this.show(view);
    } catch {
      // The server cannot be reached, or shows the fight no longer.
    }
  }

  /**
   * After missed events. A part that the server could not read is absent, and changes nothing.
   * @returns whether another fight is shown that may have changed: one that the user watches, or that has ended.
   */
  private sync({ combat }: Pick<PayloadOf<'system:sync'>, 'combat'>): boolean {
    if (!combat) return false;
    this.challenges.set(combat.challenges);
    if (combat.current) this.show(combat.current);
    return !combat.current && this.fight.get()?.end === null;
  }

  private show({ sessionId, mode, state, request }: CombatView): void {
    const shown = this.fight.get();
    const known = shown?.sessionId === sessionId ? shown : null;
    // Events may be ahead of the answer to a command.
    if ((known?.state?.seq ?? 0) > (state?.seq ?? 0)) return;
    const knownRequest = state?.outcome ? null : (known?.request ?? null);
    const end = known?.end ?? null;
    this.fight.set({ sessionId, mode, state, request: request ?? knownRequest, entries: [], end });
    this.removeChallenge(sessionId);
  }

  private setRequest(request: CombatTurnRequest): void {
    this.update(request.sessionId, (fight) => {
      const isRepeated = fight.request?.turn === request.turn && request.legal.length < fight.request.legal.length;
      return isRepeated ? {} : { request };
    });
  }

  private addEntries(sessionId: string, entries: readonly CombatEntry[]): void {
    this.update(sessionId, ({ state, request }) => {
      const seq = state?.seq ?? 0;
      const first = entries.find((entry) => entry.seq > seq);
      if (!first) return {};
      if (!state || first.seq > seq + 1) {
        void this.reading.wake();
        return {};
      }
      const next = applyEntries(state, entries);
      return { state: next, entries, request: request && request.turn < next.turn ? null : request };
    });
  }

  private finish(end: CombatEnd): void {
    this.update(end.sessionId, () => ({ end, request: null }));
  }

  private update(sessionId: string, by: (fight: ShownFight) => Partial<ShownFight>): void {
    const fight = this.fight.get();
    if (fight?.sessionId === sessionId) this.fight.set({ ...fight, ...by(fight) });
  }

  private addChallenge(challenge: Challenge): void {
    this.removeChallenge(challenge.sessionId);
    this.challenges.set([...this.challenges.get(), challenge]);
  }

  private cancel(id: string): void {
    this.removeChallenge(id);
    const fight = this.fight.get();
    // The own challenge is shown as a fight without a state.
    if (fight?.sessionId === id && !fight.state) this.fight.set(null);
  }

  private removeChallenge(id: string): void {
    const others = this.challenges.get().filter(({ sessionId }) => sessionId !== id);
    if (others.length < this.challenges.get().length) this.challenges.set(others);
  }
}
