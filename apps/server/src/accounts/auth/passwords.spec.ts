/** Passwords: what is stored gives nothing away, and only the right one opens it. */
import { Passwords } from './passwords';

describe('Passwords', () => {
  const passwords = new Passwords();
  const right = 'correct horse battery';

  it('knows the right one from wrong ones', async () => {
    const hash = await passwords.hash(right);
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(await passwords.matches(right, hash)).toBe(true);
    expect(await passwords.matches(`${right} `, hash)).toBe(false);
    expect(await passwords.matches('', hash)).toBe(false);
  });

  it('never makes the same hash twice', async () => {
    const [one, two] = await Promise.all([passwords.hash(right), passwords.hash(right)]);
    expect(one).not.toBe(two);
  });

  it('takes composed and decomposed letters for the same', async () => {
    expect(await passwords.matches('Pa\u0301sswort', await passwords.hash('P\u00e1sswort'))).toBe(true);
  });

  it('lets nobody in where there is no hash, whatever they say', async () => {
    expect(await passwords.matches(right, null)).toBe(false);
    expect(await passwords.matches('', null)).toBe(false);
  });

  it('reads hashes of other costs, and says that they are outdated', async () => {
    // The third test vector of RFC 7914: password 'pleaseletmein', salt 'SodiumChloride', N = 2^14, r = 8, p = 1.
    const key =
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887';
    const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
    const vector = `$scrypt$ln=14,r=8,p=1$${text(Buffer.from('SodiumChloride'))}$${text(Buffer.from(key, 'hex'))}`;
    expect(await passwords.matches('pleaseletmein', vector)).toBe(true);
    expect(passwords.isOutdated(vector)).toBe(true);
    expect(passwords.isOutdated(await passwords.hash(right))).toBe(false);
  });

  it('turns away those who come when too many wait', async () => {
    const crowd = await Promise.allSettled(Array.from({ length: 64 }, () => passwords.matches('x', CHEAP)));
    const refused = crowd.filter((outcome) => outcome.status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]?.reason).toMatchObject({ code: 'UNAVAILABLE', retryAfterMs: 3000 });
    expect(await passwords.matches('x', CHEAP)).toBe(false);
  });

  it.each([true, false])(
    'a line that a few networks have filled: has room for another one (known: %s)',
    async (known) => {
      const floods = Promise.allSettled(
        Array.from({ length: 80 }, (_, n) =>
          passwords.matches('x', CHEAP, { address: `2001:db8:${n % 4}:${n}::1`, known }),
        ),
      );
      const right = await passwords.hash('y', { address: '7.7.7.7', known });
      expect(right).toMatch(/^\$scrypt/);
      const refused = (await floods).filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(80 - 2 - 60 + 1);
    },
  );

  describe('a flood from one address', () => {
    const flood = (count: number): Promise<PromiseSettledResult<boolean>[]> =>
      Promise.allSettled(
        Array.from({ length: count }, () => passwords.matches('x', CHEAP, { address: '6.6.6.6', known: false })),
      );

    it('takes few places in the line, and leaves the others free', async () => {
      const flooding = flood(40);
      const other = passwords.matches('x', CHEAP, { address: '7.7.7.7', known: false });
      expect(await other).toBe(false);
      const refused = (await flooding).filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(40 - 2 - 6);
    });

    it.each<[string, (index: number) => string, string]>([
      ['IPv6 /48', (index) => `2001:db8:6:${index.toString(16)}::/64`, '2001:db8:7:0::/64'],
      ['IPv4 /24', (index) => `198.51.100.${index}`, '203.0.113.7'],
    ])('from 20 addresses of one %s takes a third of the places, and leaves the others free', async (_, of, other) => {
      const attempt = (address: string): Promise<boolean> => passwords.matches('x', CHEAP, { address, known: false });
      const flooding = Promise.allSettled(Array.from({ length: 80 }, (__, index) => attempt(of(index % 20))));
      expect(await attempt(other)).toBe(false);
      const refused = (await flooding).filter(({ status }) => status === 'rejected');
      expect(refused).toHaveLength(80 - 2 - 20);
    });

    it('waits behind accounts that come from where they came before, but not for ever', async () => {
      const order: string[] = [];
      const note = (who: string, known: boolean): Promise<unknown> =>
        passwords.matches('x', CHEAP, { address: who, known }).then(() => order.push(who));
      // Both places are taken before anybody waits.
      const busy = [passwords.hash('x'), passwords.hash('x')];
      const others = [note('unknown 1', false), note('unknown 2', false)];
      const known = Array.from({ length: 5 }, (_, index) => note(`known ${index + 1}`, true));
      await Promise.all([...busy, ...others, ...known]);
      expect(order.indexOf('unknown 1')).toBeGreaterThanOrEqual(2);
      expect(order.indexOf('unknown 1')).toBeLessThanOrEqual(4);
      expect(order.indexOf('unknown 2')).toBeGreaterThanOrEqual(5);
    });
  });
});

const CHEAP = `$scrypt$ln=8,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;
