/** What others see of a user, whatever the user chose. */
import { lastSeenByBlocked, noticed, type Settings, viewOf } from './presence-view';

const lastSeenAt = new Date('2030-01-02T03:04:05.678Z');
const settings = (over: Partial<Settings> = {}): Settings => ({
  status: 'online',
  activity: null,
  lastSeenAt,
  ...over,
});
const sighting = (over: Partial<Settings> = {}, online = true) => ({
  userId: 'u',
  online,
  settings: settings(over),
  attributes: { characterId: 'c', zone: 'z' },
});
const OFFLINE = { userId: 'u', online: false, status: 'offline', lastSeen: lastSeenAt.toISOString() };

describe('the view of a user', () => {
  it('tells status, activity and place of one who is online', () => {
    const view = viewOf(sighting({ status: 'busy', activity: 'fishing' }));
    expect(view).toEqual({
      userId: 'u',
      online: true,
      status: 'busy',
      activity: 'fishing',
      characterId: 'c',
      zone: 'z',
      lastSeen: lastSeenAt.toISOString(),
    });
  });

  it('has no field for what there is not', () => {
    const view = viewOf({ ...sighting({ lastSeenAt: null }), attributes: {} });
    expect(view).toEqual({ userId: 'u', online: true, status: 'online', lastSeen: null });
  });

  it('is the same for one who is away and for one who is invisible', () => {
    expect(viewOf(sighting({ status: 'busy', activity: 'fishing' }, false))).toEqual(OFFLINE);
    expect(viewOf(sighting({ status: 'invisible', activity: 'fishing' }))).toEqual(OFFLINE);
  });
});

describe('what others notice of a change', () => {
  it.each([
    ['online', 'online', 'nothing'],
    ['online', 'busy', 'changed'],
    ['busy', 'invisible', 'vanished'],
    ['invisible', 'away', 'appeared'],
    ['invisible', 'invisible', 'nothing'],
  ] as const)('from %s to %s: %s', (before, after, expected) => {
    expect(noticed(settings({ status: before }), settings({ status: after }))).toBe(expected);
  });

  it('includes the activity, but not that of an invisible user', () => {
    expect(noticed(settings(), settings({ activity: 'fishing' }))).toBe('changed');
    expect(noticed(settings({ activity: 'fishing' }), settings({ activity: 'fishing' }))).toBe('nothing');
    expect(noticed(settings({ status: 'invisible' }), settings({ status: 'invisible', activity: 'x' }))).toBe(
      'nothing',
    );
  });
});

describe('who is blocked sees the blocker as last seen', () => {
  const [earlier, later] = [new Date(lastSeenAt.getTime() - 1), new Date(lastSeenAt.getTime() + 1)];

  it.each([
    ['when the block was made, where the blocker is online', sighting(), later, later],
    ['when the blocker went, where that was before', sighting({}, false), later, lastSeenAt],
    ['when the blocker vanished, where that was before', sighting({ status: 'invisible' }), later, lastSeenAt],
    ['when the block was made, where the blocker went afterwards', sighting({}, false), earlier, earlier],
    ['never, where the blocker has never been here', sighting({ lastSeenAt: null }, false), later, null],
  ])('%s', (_, seen, blockedAt, expected) => expect(lastSeenByBlocked(seen, blockedAt)).toEqual(expected));
});
