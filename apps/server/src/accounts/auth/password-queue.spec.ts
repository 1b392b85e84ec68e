/** The order in which passwords are checked: nobody's flood keeps the others waiting. */
import { type Origin, PasswordQueue } from './password-queue';

describe('PasswordQueue', () => {
  let queue: PasswordQueue;
  let begun: string[];
  let refused: string[];

  beforeEach(async () => {
    queue = new PasswordQueue();
    begun = [];
    refused = [];
    // Both places are taken before anybody waits.
    for (let place = 0; place < 2; place++) await queue.enter({ address: '192.0.2.1', known: true });
  });

  const wait = (name: string, origin: Origin): void => {
    queue.enter(origin).then(
      () => begun.push(name),
      () => refused.push(name),
    );
  };
  const stranger = (address: string): Origin => ({ address, known: false });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  /** Ends one check after the other, until everybody who waits has had a turn. */
  async function serveAll(): Promise<void> {
    for (let turn = 0; turn < 100; turn++) {
      queue.leave();
      await settled();
    }
  }

  it('gives a place that was left to who comes next', async () => {
    queue.leave();
    wait('next', stranger('7.7.7.7'));
    await settled();
    expect(begun).toEqual(['next']);
  });

  it('gives one address few places in the line, and leaves the others free', async () => {
    for (let attempt = 0; attempt < 40; attempt++) wait('flood', stranger('6.6.6.6'));
    wait('other', stranger('7.7.7.7'));
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 40 - 6 }, () => 'flood'));
    expect(begun).toContain('other');
  });

  it.each<[string, (index: number) => string, string]>([
    ['IPv6 /48', (index) => `2001:db8:6:${index.toString(16)}::/64`, '2001:db8:7:0::/64'],
    ['IPv4 /24', (index) => `198.51.100.${index}`, '203.0.113.7'],
  ])('gives 20 addresses of one %s a third of the places, and leaves the others free', async (_, of, other) => {
    for (let attempt = 0; attempt < 80; attempt++) wait('flood', stranger(of(attempt % 20)));
    wait('other', stranger(other));
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 80 - 20 }, () => 'flood'));
    expect(begun).toContain('other');
  });

  it.each([true, false])('has room for another network in a line that a few have filled (known: %s)', async (known) => {
    for (let n = 0; n < 80; n++) wait('flood', { address: `2001:db8:${n % 4}:${n}::1`, known });
    wait('other', { address: '7.7.7.7', known });
    await serveAll();
    expect(refused).toEqual(Array.from({ length: 80 - 60 + 1 }, () => 'flood'));
    expect(begun).toContain('other');
  });

  it('lets three known accounts go before a stranger, and no more', async () => {
    for (const name of ['stranger 1', 'stranger 2']) wait(name, stranger(name));
    for (let n = 1; n <= 5; n++) wait(`known ${n}`, { address: 'known', known: true });
    await serveAll();
    expect(begun).toEqual(['known 1', 'known 2', 'known 3', 'stranger 1', 'known 4', 'known 5', 'stranger 2']);
  });
});
