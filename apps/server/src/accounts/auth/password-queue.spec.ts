/** The order of password checks: a flood from one source does not block others. */
import { type PasswordCheckOrigin, PasswordQueue } from './password-queue';

describe('PasswordQueue', () => {
  let queue: PasswordQueue;
  let started: string[];
  let refused: string[];

  beforeEach(async () => {
    queue = new PasswordQueue();
    started = [];
    refused = [];
    // Both slots are taken, so all later checks wait.
    for (let slot = 0; slot < 2; slot++) await queue.enter({ address: '192.0.2.1', isKnownAddress: true });
  });

  const wait = (name: string, origin: PasswordCheckOrigin): void => {
    queue.enter(origin).then(
      () => started.push(name),
      () => refused.push(name),
    );
  };
  const stranger = (address: string): PasswordCheckOrigin => ({ address, isKnownAddress: false });
  const nextImmediate = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Ends one check after the other until none waits. */
  async function serveAll(): Promise<void> {
    for (let count = 0; count < 100; count++) {
      queue.leave();
      await nextImmediate();
    }
  }

  it('gives a free slot to the next check', async () => {
    queue.leave();
    wait('next', stranger('7.7.7.7'));
    await nextImmediate();
    expect(started).toEqual(['next']);
  });

  it('limits the waiting checks of one address', async () => {
    for (let attempt = 0; attempt < 40; attempt++) wait('flood', stranger('6.6.6.6'));
    wait('other', stranger('7.7.7.7'));
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 40 - 6 }, () => 'flood'));
    expect(started).toContain('other');
  });

  it.each<[string, (index: number) => string, string]>([
    ['IPv6 /48', (index) => `2001:db8:6:${index.toString(16)}::/64`, '2001:db8:7:0::/64'],
    ['IPv4 /24', (index) => `198.51.100.${index}`, '203.0.113.7'],
  ])('limits the waiting checks of one %s to a third of the queue', async (_, of, other) => {
    for (let attempt = 0; attempt < 80; attempt++) wait('flood', stranger(of(attempt % 20)));
    wait('other', stranger(other));
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 80 - 20 }, () => 'flood'));
    expect(started).toContain('other');
  });

  it.each([true, false])('admits a network to a queue that few others have filled (known: %s)', async (known) => {
    for (let n = 0; n < 80; n++) wait('flood', { address: `2001:db8:${n % 4}:${n}::1`, isKnownAddress: known });
    wait('other', { address: '7.7.7.7', isKnownAddress: known });
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 80 - 60 + 1 }, () => 'flood'));
    expect(started).toContain('other');
  });

  it('runs three checks from known addresses before one from an unknown address', async () => {
    for (const name of ['stranger 1', 'stranger 2']) wait(name, stranger(name));
    for (let n = 1; n <= 5; n++) wait(`known ${n}`, { address: 'known', isKnownAddress: true });
    await serveAll();
    expect(started).toEqual(['known 1', 'known 2', 'known 3', 'stranger 1', 'known 4', 'known 5', 'stranger 2']);
  });
});
