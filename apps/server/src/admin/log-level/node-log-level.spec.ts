/** NodeLogLevel: a change of the log level ends by itself, and a later change replaces it. */
import type { LogLevel } from '@aeturnis/platform';
import { NodeLogLevel } from './node-log-level';

const MINUTE_MS = 60_000;

let control: { level: LogLevel; configured: LogLevel; set(level: LogLevel): void };
let node: NodeLogLevel;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  control = {
    level: 'info',
    configured: 'info',
    set(level) {
      this.level = level;
    },
  };
  node = new NodeLogLevel(control as never, {} as never, { now: () => Date.now() });
});
afterEach(() => {
  node.onModuleDestroy();
  jest.useRealTimers();
});

it('applies a level until its time has passed', () => {
  node.change('debug', 2 * MINUTE_MS);
  expect(node.state).toEqual({ level: 'debug', configuredLevel: 'info', until: '1970-01-01T00:02:00.000Z' });
  jest.advanceTimersByTime(2 * MINUTE_MS - 1);
  expect(control.level).toBe('debug');
  jest.advanceTimersByTime(1);
  expect(node.state).toEqual({ level: 'info', configuredLevel: 'info', until: null });
});

it('the end of a change that was replaced has no effect', () => {
  node.change('debug', MINUTE_MS);
  node.change('warn', 3 * MINUTE_MS);
  jest.advanceTimersByTime(2 * MINUTE_MS);
  expect(control.level).toBe('warn');
  jest.advanceTimersByTime(MINUTE_MS);
  expect(control.level).toBe('info');
});

it('the configured level ends a change at once', () => {
  node.change('debug', MINUTE_MS);
  node.change('info', MINUTE_MS);
  expect(node.state).toEqual({ level: 'info', configuredLevel: 'info', until: null });
});

it('a stopping node has the configured level', () => {
  node.change('debug', MINUTE_MS);
  node.onModuleDestroy();
  expect(control.level).toBe('info');
});
