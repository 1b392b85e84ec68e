/** Presence views: what others see of a user, depending on the user's settings. */
import { lastSeenForBlocked, visibleChange, type PresenceSettings, toPresenceView } from './presence-view';

const lastSeenAt = new Date('2030-01-02T03:04:05.678Z');
const settings = (over: Partial<PresenceSettings> = {}): PresenceSettings => ({
  status: 'online',
  activity: null,
  lastSeenAt,
  ...over,
});
const presence = (over: Partial<PresenceSettings> = {}, isOnline = true) => ({
  userId: 'u',
  isOnline,
  settings: settings(over),
  attributes: { characterId: 'c', zone: 'z' },
});
const OFFLINE = { userId: 'u', online: false, status: 'offline', lastSeen: lastSeenAt.toISOString() };

describe('toPresenceView', () => {
  it('contains status, activity, character and zone of an online user', () => {
    const view = toPresenceView(presence({ status: 'busy', activity: 'fishing' }));
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

  it('omits fields without a value', () => {
    const view = toPresenceView({ ...presence({ lastSeenAt: null }), attributes: {} });
    expect(view).toEqual({ userId: 'u', online: true, status: 'online', lastSeen: null });
  });

  it('is the same for an offline and for an invisible user', () => {
    expect(toPresenceView(presence({ status: 'busy', activity: 'fishing' }, false))).toEqual(OFFLINE);
    expect(toPresenceView(presence({ status: 'invisible', activity: 'fishing' }))).toEqual(OFFLINE);
  });
});

describe('visibleChange', () => {
  it.each([
    ['online', 'online', 'nothing'],
    ['online', 'busy', 'changed'],
    ['busy', 'invisible', 'vanished'],
    ['invisible', 'away', 'appeared'],
    ['invisible', 'invisible', 'nothing'],
  ] as const)('from %s to %s: %s', (before, after, expected) => {
    expect(visibleChange(settings({ status: before }), settings({ status: after }))).toBe(expected);
  });

  it('detects a changed activity, except of an invisible user', () => {
    expect(visibleChange(settings(), settings({ activity: 'fishing' }))).toBe('changed');
    expect(visibleChange(settings({ activity: 'fishing' }), settings({ activity: 'fishing' }))).toBe('nothing');
    expect(visibleChange(settings({ status: 'invisible' }), settings({ status: 'invisible', activity: 'x' }))).toBe(
      'nothing',
    );
  });
});

describe('lastSeenForBlocked: a blocked user sees the blocker as last seen', () => {
  const [earlier, later] = [new Date(lastSeenAt.getTime() - 1), new Date(lastSeenAt.getTime() + 1)];

  it.each([
    ['when the block was made, if the blocker is online', presence(), later, later],
    ['when the blocker went offline, if before the block', presence({}, false), later, lastSeenAt],
    ['when the blocker became invisible, if before the block', presence({ status: 'invisible' }), later, lastSeenAt],
    ['when the block was made, if the blocker went offline afterwards', presence({}, false), earlier, earlier],
    ['never, if the blocker was never online', presence({ lastSeenAt: null }, false), later, null],
  ])('%s', (_, known, blockedAt, expected) => expect(lastSeenForBlocked(known, blockedAt)).toEqual(expected));
});
