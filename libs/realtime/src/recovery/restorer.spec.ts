/** A claim to a session counts only from who owns it: what a stranger tries neither cancels nor delays the owner's. */
import { Journal } from './journal';
import { LocalSessions } from './local-sessions';
import { MemoryRecoveryStore } from './memory-recovery-store';
import { offsetOf } from './position';
import { Predecessors } from './predecessors';
import { FOR_ALL, type RecoverySession, type RestoreAnswer, type RestoreRequest } from './recovery-store';
import type { Identity } from './recovery-hooks';
import { RestoreRefused } from './restore-refused';
import { type Restored, Restorer } from './restorer';
import type { NamespaceInternals } from './socket-internals';

const BOUNDS = { maxEvents: 100, logEvents: 100, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const OWNER: Identity = { userId: 'anna', login: 'login' };

/** Restores wait at a gate, and reads of sessions are counted. */
class GatedStore extends MemoryRecoveryStore {
  reads = 0;
  reached = (): void => undefined;
  gate: Promise<void> = Promise.resolve();

  override find(pid: string): ReturnType<MemoryRecoveryStore['find']> {
    this.reads++;
    return super.find(pid);
  }

  override async restore(request: RestoreRequest): Promise<RestoreAnswer> {
    this.reached();
    await this.gate;
    return super.restore(request);
  }
}

let store: GatedStore;
let journal: Journal;
let sessions: LocalSessions;
let restorer: Restorer;
let offset: string;

beforeEach(async () => {
  store = new GatedStore(BOUNDS, () => Date.now());
  journal = new Journal('a', store, store, {
    contact: () => undefined,
    caughtUp: () => undefined,
    deliver: () => undefined,
    jumped: () => undefined,
    word: () => undefined,
  });
  journal.open();
  await journal.reached(0, 1_000);
  const position = await store.hello();
  offset = offsetOf(position);
  const hooks = { fenced: () => undefined, saved: () => undefined };
  sessions = new LocalSessions(
    store,
    { windowMs: 60_000, maxRooms: 100 },
    () => journal.position,
    hooks,
    () => Date.now(),
  );
  const inside = { sockets: new Map(), _preConnectSockets: new Map() } as unknown as NamespaceInternals;
  const predecessors = new Predecessors('a', inside, sessions, store, () => undefined);
  restorer = new Restorer('a', store, journal, sessions, predecessors, 1_000_000, {
    mayReplay: () => true,
    replayed: () => undefined,
  });
  const session: RecoverySession = {
    pid: 'pid',
    owner: 'a:0',
    socketId: 'socket',
    ...OWNER,
    epoch: position.epoch,
    rooms: new Map([[FOR_ALL, [0, 0]]]),
  };
  await store.save([{ session, fresh: true, keepMs: 60_000 }]);
});
afterEach(() => {
  sessions.close();
  journal.close();
});

const restore = (who = OWNER): Promise<Restored> => restorer.restore('pid', offset, who);
const outcome = (restoring: Promise<Restored>): Promise<string> =>
  restoring.then(
    ({ userId }) => `recovered by ${userId}`,
    (error: unknown) => (error instanceof RestoreRefused ? error.reason : String(error)),
  );
/** Starts the owner's claim and leaves it inside the store. */
async function heldClaim(): Promise<{ claim: Promise<string>; letOn(): void }> {
  let letOn = (): void => undefined;
  store.gate = new Promise((resolve) => (letOn = resolve));
  const reached = new Promise<void>((resolve) => (store.reached = resolve));
  const claim = outcome(restore());
  await reached;
  return { claim, letOn };
}

it.each([
  ['another user', { userId: 'mallory', login: 'login' }, 'foreign'],
  ['another login of the same user', { userId: 'anna', login: 'another' }, 'ended'],
])('restore: %s is refused at once and leaves a claim of the owner under way', async (_, who, reason) => {
  const { claim, letOn } = await heldClaim();
  const readsBefore = store.reads;
  // Settles while the owner's claim is held: it waits for nobody.
  expect(await outcome(restore(who))).toBe(reason);
  expect(store.reads - readsBefore).toBe(1);
  letOn();
  expect(await claim).toBe('recovered by anna');
});

it('restore: the owner does not wait for strangers who came first', async () => {
  const strangers = Array.from({ length: 50 }, (_, n) => outcome(restore({ userId: `mallory${n}`, login: '' })));
  expect(await outcome(restore())).toBe('recovered by anna');
  expect(new Set(await Promise.all(strangers))).toEqual(new Set(['foreign']));
  expect(store.reads).toBe(51);
});

it('restore: a later claim of the owner takes over from an earlier one', async () => {
  const { claim, letOn } = await heldClaim();
  const later = outcome(restore());
  // The later claim has read whose session it is and waits for the earlier one.
  await new Promise(setImmediate);
  letOn();
  expect([await claim, await later]).toEqual(['superseded', 'recovered by anna']);
});

it.each(['', 'x'.repeat(65), 'pid\u0000', 'a:b', '../../etc'])('restore: reads nothing for the pid %j', async (pid) => {
  expect(await outcome(restorer.restore(pid, offset, OWNER))).toBe('malformed');
  expect(store.reads).toBe(0);
});
