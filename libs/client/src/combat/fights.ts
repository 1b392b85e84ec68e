/** Fights of the user: the current one as a state to show, open challenges, and what the user does. */
import type {
  CombatEnd,
  CombatEntry,
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
import { lastItem } from '../base/last-item';

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
    else if (name === 'system:sync') this.sync(payload);
  }

  /** After a connection that has missed events. A part that the server could not read is absent, and changes nothing. */
  private sync({ combat }: PayloadOf<'system:sync'>): void {
    if (!combat) return;
    this.challenges.set(combat.challenges);
    if (combat.current) this.show(combat.current);
  }

  private show({ sessionId, mode, state, request }: CombatView): void {
    const known = this.fight.get();
    // Events may be ahead of the answer to a command.
    if (known?.sessionId === sessionId && (known.state?.seq ?? 0) > (state?.seq ?? 0)) return;
    const knownRequest = known?.sessionId === sessionId ? known.request : null;
    this.fight.set({ sessionId, mode, state, request: request ?? knownRequest, entries: [], end: null });
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
      const last = lastItem(entries);
      if (!state || !last || last.seq <= state.seq) return {};
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
