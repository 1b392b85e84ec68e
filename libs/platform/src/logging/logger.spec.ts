/** The logger: what is off costs next to nothing. */
import { createLogger } from './logger';

describe('createLogger', () => {
  it.each(['debug', 'verbose', 'log'] as const)(
    'does not even look at what %s is given while that is off',
    (method) => {
      let looks = 0;
      const entry = {
        get message() {
          looks++;
          return 'nobody reads this';
        },
      };
      createLogger({ logLevel: 'warn', logFormat: 'json', nodeId: 'n' })[method]?.(entry);
      expect(looks).toBe(0);
    },
  );

  it('writes what is on', () => {
    const written: string[] = [];
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
    const consoleLog = jest.spyOn(console, 'log').mockImplementation((text) => void written.push(String(text)));
    try {
      createLogger({ logLevel: 'info', logFormat: 'json', nodeId: 'n' }).log({ message: 'somebody reads this' });
    } finally {
      write.mockRestore();
      consoleLog.mockRestore();
    }
    expect(written.join()).toContain('somebody reads this');
  });
});
