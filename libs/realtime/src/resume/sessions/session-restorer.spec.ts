/** `SessionRestorer` accepts only claims of the session's user: other claims neither cancel nor delay the user's own. */
import { JournalConsumer } from '../journal/journal-consumer';
import { LocalSessions } from './local-sessions';
import { MemoryResumeStore } from '../stores/memory-resume-store';
import { offsetOf } from '../journal/journal-entry';
import { SessionTakeover } from './session-takeover';
import { BROADCAST_STREAM, type StoredSession, type RestoreAnswer, type RestoreRequest } from '../stores/resume-store';
import { type ResumeIdentity, RestoreRefusedError, type RestoredSession, SessionRestorer } from './session-restorer';
import type { NamespaceInternals } from '../../transport/internals/socketio-internals';

const BOUNDS = { maxEvents: 100, logEvents: 100, roomKeepMs: 60_000, sessionsPerUser: 10, awayKeepMs: 60_000 };
const OWNER: ResumeIdentity = { userId: 'anna', login: 'login' };

/** A store whose `restore` waits at a gate and that counts reads of sessions. */
class GatedStore extends MemoryResumeStore {
  reads = 0;
  reached = (): void => undefined;
  gate: Promise<void> = Promise.resolve();

  override find(pid: string): ReturnType<MemoryResumeStore['find']> {
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
let journal: JournalConsumer;
let sessions: LocalSessions;
let restorer: SessionRestorer;
let offset: string;

beforeEach(async () => {
  store = new GatedStore(BOUNDS, () => Date.now());
  journal = new JournalConsumer('a', store, store, {
    onStoreReply: () => undefined,
    onCaughtUp: () => undefined,
    onEntry: () => undefined,
    onJump: () => undefined,
    onNodeMessage: () => undefined,
  });
  journal.open();
  await journal.waitUntilReached(0, 1_000);
  const position = await store.readPosition();
  offset = offsetOf(position);
  const hooks = { onFenced: () => undefined, onSaveResult: () => undefined };
  sessions = new LocalSessions(
    store,
    { windowMs: 60_000, maxRooms: 100 },
    () => journal.position,
    hooks,
    () => Date.now(),
  );
  const namespace = { sockets: new Map(), _preConnectSockets: new Map() } as unknown as NamespaceInternals;
  const takeover = new SessionTakeover('a', namespace, sessions, store, () => undefined);
  restorer = new SessionRestorer('a', store, journal, sessions, takeover, 1_000_000, {
    canReplay: () => true,
    onReplayed: () => undefined,
  });
  const session: StoredSession = {
    pid: 'pid',
    owner: 'a:0',
    socketId: 'socket',
    ...OWNER,
    epoch: position.epoch,
    rooms: new Map([[BROADCAST_STREAM, [0, 0]]]),
  };
  await store.save([{ session, isNew: true, keepMs: 60_000 }]);
});
afterEach(() => {
  sessions.close();
  journal.close();
});

const restore = (identity = OWNER): Promise<RestoredSession> => restorer.restore('pid', offset, identity);
const outcome = (restoring: Promise<RestoredSession>): Promise<string> =>
  restoring.then(
    ({ userId }) => `recovered by ${userId}`,
    (error: unknown) => (error instanceof RestoreRefusedError ? error.reason : String(error)),
  );
/** Starts the owner's claim, which waits in the store until `release` is called. */
async function heldClaim(): Promise<{ claim: Promise<string>; release(): void }> {
  let release = (): void => undefined;
  store.gate = new Promise((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (store.reached = resolve));
  const claim = outcome(restore());
  await reached;
  return { claim, release };
}

it.each([
  ['another user', { userId: 'mallory', login: 'login' }, 'foreign'],
  ['another login of the same user', { userId: 'anna', login: 'another' }, 'ended'],
])('restore: %s is refused at once, and a running claim of the owner continues', async (_, identity, reason) => {
  const { claim, release } = await heldClaim();
  const readsBefore = store.reads;
  // Resolves while the owner's claim is held: a foreign claim does not wait for it.
  expect(await outcome(restore(identity))).toBe(reason);
  expect(store.reads - readsBefore).toBe(1);
  release();
  expect(await claim).toBe('recovered by anna');
});

it('restore: the owner does not wait for earlier claims of other users', async () => {
  const foreignClaims = Array.from({ length: 50 }, (_, n) => outcome(restore({ userId: `mallory${n}`, login: '' })));
  expect(await outcome(restore())).toBe('recovered by anna');
  expect(new Set(await Promise.all(foreignClaims))).toEqual(new Set(['foreign']));
  expect(store.reads).toBe(51);
});

it('restore: a later claim of the owner supersedes an earlier one', async () => {
  const { claim, release } = await heldClaim();
  const later = outcome(restore());
  // The later claim has checked the owner and waits for the earlier one.
  await new Promise(setImmediate);
  release();
  expect([await claim, await later]).toEqual(['superseded', 'recovered by anna']);
});

it.each(['', 'x'.repeat(65), 'pid\u0000', 'a:b', '../../etc'])('restore: never reads pid %j', async (pid) => {
  expect(await outcome(restorer.restore(pid, offset, OWNER))).toBe('malformed');
  expect(store.reads).toBe(0);
});
