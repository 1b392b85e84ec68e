/** Fingerprints of the repeat guard: which texts count as the same. */
import { fingerprint } from './repeat-guard';

describe('fingerprint', () => {
  it.each(['selling gold', 'SELLING  GOLD', ' selling\ngold ', 'ｓｅｌｌｉｎｇ gold'])('is the same for %j', (text) => {
    expect(fingerprint(text)).toBe(fingerprint('Selling gold'));
  });

  it('differs for different words, and has a fixed length', () => {
    expect(fingerprint('selling silver')).not.toBe(fingerprint('selling gold'));
    expect(fingerprint('😀'.repeat(500))).toHaveLength(43);
  });
});
