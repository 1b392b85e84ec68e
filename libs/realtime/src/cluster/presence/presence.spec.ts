/** `Presence` on two nodes: grace period, attributes and sockets, with and without a reachable store. */
import { cutOff, itOnNodes as it, reconnect } from '../../../../../test/conformance/membership-test-node';
import { LEAVE_DELAY_MS } from './presence';
import { ONLINE } from './presence-store';

describe('Presence', () => {
  it('defers the leave from online, and cancels it when a socket of the user reconnects', async ({ a, b }) => {
    await a.presence.onConnectionOpened('u', 's1');
    a.presence.onConnectionClosed('u', 's1');
    await jest.advanceTimersByTimeAsync(LEAVE_DELAY_MS - 1);
    await a.presence.onConnectionOpened('u', 's2');
    await jest.advanceTimersByTimeAsync(10 * LEAVE_DELAY_MS);
    expect(a.takeEvents()).toEqual(['online u entered']);
    expect(await b.presence.sockets('u')).toEqual([{ nodeId: 'a', socketId: 's2' }]);
    a.presence.onConnectionClosed('u', 's2');
    await jest.advanceTimersByTimeAsync(LEAVE_DELAY_MS);
    await a.membership.join('g', 'later', 's3');
    expect(a.takeEvents()).toEqual(['online u left', 'g later entered']);
    expect(await b.presence.sockets('u')).toEqual([]);
  });

  it('announces the leave of a user with the attributes it had', async ({ a, b }) => {
    await a.presence.onConnectionOpened('u', 's1');
    await a.presence.setAttributes('u', { status: 'busy', zone: 'x' });
    await a.presence.setAttributes('u', { zone: null });
    expect(await b.presence.attributes(['u', 'v'])).toEqual([{ status: 'busy' }, {}]);
    a.presence.onConnectionClosed('u', 's1');
    await a.presence.stop();
    expect(a.changes.at(-1)).toMatchObject({ group: ONLINE, kind: 'left', attributes: { status: 'busy' } });
    expect(await b.presence.attributes(['u'])).toEqual([{}]);
  });

  it('answers sockets and attributes of its users offline, and writes them after a reconnect', async ({ a, b }) => {
    await a.presence.onConnectionOpened('u', 's1');
    await a.presence.setAttributes('u', { status: 'away', zone: 'x' });
    await cutOff(a);
    await a.presence.onConnectionOpened('u', 's2');
    await a.presence.setAttributes('u', { status: 'busy', zone: null });
    expect(await a.presence.attributes(['u'])).toEqual([{ status: 'busy' }]);
    expect((await a.presence.sockets('u')).map(({ socketId }) => socketId)).toEqual(['s1', 's2']);
    expect(await b.presence.attributes(['u'])).toEqual([{ status: 'away', zone: 'x' }]);
    await reconnect(a);
    expect(await b.presence.attributes(['u'])).toEqual([{ status: 'busy' }]);
    expect((await b.presence.sockets('u')).map(({ socketId }) => socketId)).toEqual(['s1', 's2']);
  });
});
