/** The logger: what is off costs next to nothing. */
import { createLogger } from './logger';

class Entry {
  looks = 0;

  get message(): string {
    this.looks++;
    return 'this line is part of a test';
  }
}

describe('createLogger', () => {
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json', nodeId: 'n' });

  it.each(['debug', 'verbose', 'log'] as const)(
    'does not even look at what %s is given while that is off',
    (method) => {
      const entry = new Entry();
      logger[method]?.(entry);
      expect(entry.looks).toBe(0);
    },
  );

  it.each(['warn', 'error'] as const)('takes what %s is given while that is on', (method) => {
    const entry = new Entry();
    logger[method](entry);
    expect(entry.looks).toBeGreaterThan(0);
  });
});
