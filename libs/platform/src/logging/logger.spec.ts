/** createLogger: a disabled level does not process its entries. */
import { createLogger } from './logger';

class Entry {
  reads = 0;

  get message(): string {
    this.reads++;
    return 'this line is part of a test';
  }
}

describe('createLogger', () => {
  const logger = createLogger({ logLevel: 'warn', logFormat: 'json', nodeId: 'n' });

  it.each(['debug', 'verbose', 'log'] as const)('%s: does not read the entry if its level is disabled', (method) => {
    const entry = new Entry();
    logger[method]?.(entry);
    expect(entry.reads).toBe(0);
  });

  it.each(['warn', 'error'] as const)('%s: reads the entry if its level is enabled', (method) => {
    const entry = new Entry();
    logger[method](entry);
    expect(entry.reads).toBeGreaterThan(0);
  });
});
