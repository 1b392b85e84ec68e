/** Which texts count as the same. */
import { fingerprint } from './repeat-guard';

describe('the fingerprint of a text', () => {
  it.each(['selling gold', 'SELLING  GOLD', ' selling\ngold ', 'ｓｅｌｌｉｎｇ gold'])('is one for %j', (text) => {
    expect(fingerprint(text)).toBe(fingerprint('Selling gold'));
  });

  it('differs for other words, and is short for any text', () => {
    expect(fingerprint('selling silver')).not.toBe(fingerprint('selling gold'));
    expect(fingerprint('😀'.repeat(500))).toHaveLength(43);
  });
});
