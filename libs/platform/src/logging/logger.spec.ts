/** createLogger: a disabled level does not process its entries, and the level can be changed. */
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

  it('setLevel: enables and disables levels at once', () => {
    const reads = (): number[] =>
      (['debug', 'log', 'warn', 'error'] as const).map((method) => {
        const entry = new Entry();
        logger[method]?.(entry);
        return Math.min(1, entry.reads);
      });
    expect(logger.level).toBe('warn');
    logger.setLevel('debug');
    expect([logger.level, reads()]).toEqual(['debug', [1, 1, 1, 1]]);
    logger.setLevel('error');
    expect([logger.level, reads()]).toEqual(['error', [0, 0, 0, 1]]);
    logger.setLevel('info');
    expect([logger.level, reads()]).toEqual(['info', [0, 1, 1, 1]]);
  });
});
